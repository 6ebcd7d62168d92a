// Passkeys: asks the browser for one and sends what it says. Without the script codes are used.

const SAID = {
  NotAllowedError: 'Det blev avbrutet eller tog för lång tid. Försök igen.',
  InvalidStateError: 'Den här nyckeln är redan tillagd.',
};

const begun = async (form) => {
  if (form.dataset.options) {
    const data = JSON.parse(document.getElementById(form.dataset.options).textContent);
    return data.creation_options ?? data.request_options;
  }
  const answer = await fetch(form.action, { headers: { Accept: 'application/json' } });
  return (await answer.json()).request_options;
};

const asked = async (form) => {
  const options = await begun(form);
  if (form.dataset.passkey === 'get') return webauthnJSON.get(options);
  // One that can open by itself where the device is able to, one beside the password elsewhere.
  const wanted = options.publicKey.authenticatorSelection;
  wanted.residentKey = 'preferred';
  wanted.requireResidentKey = false;
  return webauthnJSON.create(options);
};

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const fault = form.querySelector('[role=alert]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    fault.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await asked(form));
      form.submit();
    } catch (error) {
      fault.textContent = SAID[error.name] ?? 'Det gick inte med den här nyckeln. Försök igen, eller använd en kod.';
      fault.hidden = false;
    }
  });
}
