// The list of single keys, in a dialog that its button opens.
let isFromSomewhere = false;

document.addEventListener("click", ({ target }) => {
  if (target.id !== "keys-open") return;
  const dialog = document.getElementById("keys-dialog");
  isFromSomewhere = document.activeElement !== document.body;
  // The dialog itself gets the focus: with it on the heading, Orca is silent when the dialog opens.
  Object.assign(dialog, { tabIndex: -1, autofocus: true });
  dialog.showModal();
  dialog.focus(); // Chromium prefers its first link,
  dialog.scrollTop = 0; // and goes there
});

// What had the focus may have gone meanwhile, as an answer came. Chromium finds that out after it says "close".
document.addEventListener("close", () => requestAnimationFrame(rescue), true);

function rescue() {
  const isLost = document.activeElement === document.body || !document.activeElement.checkVisibility();
  if (isFromSomewhere && isLost) document.getElementById("results-heading")?.focus();
}
