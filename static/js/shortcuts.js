// Single keys that do what visible controls do. Which there are stands in the dialog that lists them; the control of a
// key is marked by aria-keyshortcuts, that of the entry with the focus before any other.
import { step } from "./feed.js";
import { read } from "./stored.js";

const TYPES = "input, textarea, select, [contenteditable]:not([contenteditable=false])";
const STEPS = { next: 1, previous: -1 };

const rows = () => [...document.querySelectorAll("#keys-dialog [data-key]")]; // Back puts others in their places

document.addEventListener("keydown", (event) => {
  if (read("keys") === "off" || !isPlain(event) || document.querySelector("dialog[open]")) return;
  const does = rows().find((row) => row.dataset.key === keyOf(event))?.dataset.does;
  if (does && does !== "escape" && act(does, keyOf(event))) event.preventDefault();
});

/** A key by itself, pressed once, that types nothing. (Shift is needed for some signs.) */
function isPlain({ target, ctrlKey, altKey, metaKey, isComposing, repeat }) {
  return !(ctrlKey || altKey || metaKey || isComposing || repeat || target.closest?.(TYPES));
}

/** The letter itself, also with Caps Lock on. */
function keyOf({ key, shiftKey }) {
  return shiftKey ? key : key.toLowerCase();
}

function act(does, key) {
  if (does in STEPS && step(STEPS[does])) return true;
  const control = controlOf(key);
  if (control?.matches(TYPES)) control.focus();
  else if (control) follow(control);
  return Boolean(control);
}

function controlOf(key) {
  const marked = `[aria-keyshortcuts~="${CSS.escape(key)}"]`;
  const near = document.activeElement.closest("article")?.querySelectorAll(marked) ?? [];
  return [...near, ...document.querySelectorAll(`:not(#feed > article *)${marked}`)].find((one) => one.checkVisibility());
}

/** As somebody who had gone there first; the dialog alone leads back to where the reader was. */
function follow(control) {
  if (control.id !== "keys-open") control.focus({ preventScroll: true });
  control.click();
}
