// Saves what is being written. The browser keeps nothing: many share a computer.
const LOST = 'Det gick inte att spara just nu. Texten finns kvar här. Vi försöker igen.';

const textOf = (form) => {
  const fields = new URLSearchParams(new FormData(form));
  fields.delete('seen');
  return `${fields}`;
};

export function autosave(form, { setTimeout, clearTimeout } = globalThis) {
  const line = form.querySelector('[data-autosave-line]');
  const { seen } = form.elements;
  // The browser may have put back other text than the page came with.
  const came = form.cloneNode(true);
  came.reset();
  // What the server last told about, and whether it was saved.
  let saved = form.dataset.autosave !== 'unsaved';
  let known = saved && textOf(came);
  let lost, flight, again, over, leaving, waiting, sure, soon, latest;

  const tell = (text, ok) => {
    line.ariaLive = ok && saved && line.textContent ? 'off' : 'polite';
    line.classList.toggle('lost', !ok);
    line.textContent = text;
    saved = ok;
  };

  const rest = () => {
    clearTimeout(soon);
    clearTimeout(latest);
    latest = 0;
  };

  const post = async ({ text, body }) => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), 30e3);
    try {
      // form.action is the buttons of that name.
      const answer = await fetch(form.getAttribute('action') || location.href, {
        method: 'POST',
        headers: { 'X-Autosave': 1 },
        body: new URLSearchParams(body),
        redirect: 'manual',
        keepalive: body.length < 6e4,
        signal: limit.signal,
      });
      const says = await answer.text();
      const { status, headers } = answer;
      const version = headers.get('X-Seen');
      const ok = status === 200;
      const plain = /^text\/plain/.test(headers.get('Content-Type'));
      if (!plain || status > 499 || (ok && !version)) throw 0;
      if (version) seen.value = version;
      over = status === 409;
      known = text;
      lost = 0;
      tell(says, ok);
    } catch {
      rest();
      latest = again ? 0 : setTimeout(save, 15e3);
      tell(LOST);
    }
    clearTimeout(timer);
    flight = 0;
    // Timers that went off meanwhile left it to this one.
    if (!latest) save();
  };

  const save = () => {
    rest();
    const text = textOf(form);
    if (flight || leaving || over || (!lost && text === known)) return;
    // What got lost may be stored. Unchanged it is no conflict, and brings the new version.
    lost ||= { text, body: `${text}&seen=${seen.value}` };
    again = 0;
    flight = post(lost);
  };

  const changed = () => {
    leaving = 0;
    clearTimeout(soon);
    soon = setTimeout(save, 3e3);
    latest ||= setTimeout(save, 15e3);
  };

  const isUnsaved = () => flight || !saved || textOf(form) !== known;

  form.oninput = form.onchange = changed;
  addEventListener('pageshow', changed);
  addEventListener('online', () => {
    // The one on its way may have left before the network came back.
    again = flight;
    save();
  });
  document.addEventListener('visibilitychange', () => document.hidden && save());
  addEventListener('beforeunload', (event) => {
    if (!leaving && isUnsaved()) event.returnValue = true;
  });

  // The real save waits for the one on its way, or they would be in conflict.
  form.onsubmit = async (event) => {
    if (!waiting) {
      rest();
      leaving = sure || (!flight && !lost && navigator.onLine);
      if (leaving) return;
    }
    event.preventDefault();
    if (waiting) return;
    waiting = 1;
    save();
    leaving = 1;
    while (flight) await flight;
    leaving = waiting = 0;
    // The browser's page about being offline would take the text away.
    if (!navigator.onLine && isUnsaved()) return tell(LOST);
    sure = 1;
    form.requestSubmit(event.submitter);
    sure = 0;
  };
}

for (const form of document.querySelectorAll('form[data-autosave]')) autosave(form);
