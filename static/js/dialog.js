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

// What had the focus has gone meanwhile, as an answer came.
document.addEventListener("close", () => {
  if (isFromSomewhere && document.activeElement === document.body) document.getElementById("results-heading")?.focus();
}, true);
