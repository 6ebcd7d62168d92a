// The chosen passage is brought into view beside the box where its theme is written.
// Without this script the page begins at the box, which repeats the words of the passage.
const chosen = document.querySelector('.passage--chosen');
const box = document.getElementById('id_theme');

if (chosen && box && !document.querySelector('[data-focus]')) {
  if (getComputedStyle(box.closest('.desk')).position === 'sticky') {
    chosen.scrollIntoView({ block: 'center', behavior: 'instant' });
    box.focus({ preventScroll: true });
  }
}
