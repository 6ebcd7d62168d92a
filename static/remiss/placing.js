// The chosen passage is brought into view beside the box where its theme is written.
// Without this script the page begins at the box, which repeats the words of the passage.
const chosen = document.querySelector('.passage--chosen');
const box = document.getElementById('id_theme');

// A name that the page asks about is there to be written over.
if (box && box.value && !document.querySelector('[data-focus]')) {
  box.focus({ preventScroll: true });
  box.select();
}

if (chosen && box && !document.querySelector('[data-focus]')) {
  if (getComputedStyle(box.closest('.desk')).position === 'sticky') {
    chosen.scrollIntoView({ block: 'center', behavior: 'instant' });
    box.focus({ preventScroll: true });
  }
}
