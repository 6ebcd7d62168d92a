// Words that are selected in the answer are written in the box where they are searched for.
const box = document.getElementById('id_words');
const shown = document.getElementById('svaret');

document.addEventListener('selectionchange', () => {
  const chosen = document.getSelection();
  const words = chosen.toString().trim();
  if (words && shown.contains(chosen.anchorNode) && shown.contains(chosen.focusNode)) box.value = words;
});
