// An answer that does not come: what was on the screen stays, and one message says what happened and offers
// to try again. The region says aria-live beside role=alert, as Orca hears nothing of the role alone from Firefox.
import { on } from "./events.js";

let isOdd = false; // the same text twice would be said once: a space makes it another one

on("failed", ({ source, event }) => {
  if (!isRepeatedOrGivenUp(event.detail)) show(words(event), source);
});
on("settled", clear);

/** htmx 2 repeats each failure as htmx:error, and sends that too for a request that a newer one replaced. */
function isRepeatedOrGivenUp(detail) {
  return Boolean(detail?.errorInfo) || detail?.error?.name === "AbortError";
}

function words(event) {
  return trouble(event.detail?.xhr?.status ?? event.detail?.ctx?.response?.status ?? 0);
}

/** Say what the status of an answer means that is of no use; 0 is that of none. */
export function trouble(status) {
  if (status === 413) return "This search is too long.";
  if (status >= 400) return "The site could not answer.";
  return "The site cannot be reached.";
}

function show(text, source) {
  const retry = document.createElement("button");
  retry.type = "button";
  retry.textContent = "Try again";
  retry.addEventListener("click", () => again(source));
  clear();
  isOdd = !isOdd;
  document.getElementById("problem").append(`${text} What you see is as it was. ${isOdd ? "" : "\u00a0"}`, retry);
}

function again(source) {
  const form = source?.closest?.("form");
  (form?.querySelector("[type=search], button") ?? source)?.focus();
  clear();
  if (form) form.requestSubmit();
  else source?.click?.();
}

function clear() {
  const problem = document.getElementById("problem");
  if (problem?.contains(document.activeElement)) document.getElementById("results-heading")?.focus({ preventScroll: true });
  problem?.replaceChildren();
}
