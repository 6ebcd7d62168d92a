// Everything works without this script. It makes three things a little easier:
// focus on what went wrong, a counter under long boxes, and a button that prints.

const spaced = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, '\u00a0');

// The server counts code points of composed text, with a line break as one.
const length = (text) => {
  let points = 0;
  for (const _ of text.normalize('NFC').replace(/\r\n?/g, '\n')) points += 1;
  return points;
};

document.querySelector('[data-focus]')?.focus();

for (const box of document.querySelectorAll('textarea[data-max]')) {
  const max = Number(box.dataset.max);
  const limit = Number(box.dataset.limit);
  const quiet = max * 0.8;
  const info = document.getElementById(`${box.id}_antal`);
  if (!info) continue;

  // What is shown changes with each key; what is read aloud waits until typing stops.
  const spoken = Object.assign(document.createElement('p'), { className: 'vh' });
  spoken.setAttribute('aria-live', 'polite');
  info.after(spoken);

  let timer;
  const count = () => {
    const used = length(box.value);
    const left = max - used;
    const text = used > limit ? `${spaced(used - limit)} tecken över ${spaced(limit)}. Så mycket får inte plats.`
      : left < 0 ? `${spaced(-left)} tecken över ${spaced(max)}. Det går bra.`
      : used >= quiet ? `${spaced(left)} tecken kvar till ${spaced(max)}.` : '';
    info.textContent = text;
    info.classList.toggle('over', left < 0);
    return text;
  };
  box.addEventListener('input', () => {
    const text = count();
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = text; }, 1200);
  });
  // Going back in the history may bring text along after the script has run.
  addEventListener('pageshow', count);
  count();
}

// Without the script the browser's own menu prints, so the button would only promise too much.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
