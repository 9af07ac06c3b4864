// An answer that does not come: what was on the screen stays, and one message says what happened and offers
// to try again.
import { on } from "./events.js";

on("failed", ({ source, event }) => {
  if (!isRepeatedOrGivenUp(event.detail)) show(words(event), source);
});
on("settled", clear);

/** htmx 2 repeats each failure as htmx:error, and sends that too for a request that a newer one replaced. */
function isRepeatedOrGivenUp(detail) {
  return Boolean(detail?.errorInfo) || detail?.error?.name === "AbortError";
}

function words(event) {
  const status = event.detail?.xhr?.status ?? event.detail?.ctx?.response?.status ?? 0;
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
  document.getElementById("problem").append(`${text} What you see is as it was. `, retry);
}

function again(source) {
  const form = source?.closest?.("form");
  clear();
  (form?.querySelector("[type=search], button") ?? source)?.focus();
  if (form) form.requestSubmit();
  else source?.click?.();
}

function clear() {
  document.getElementById("problem")?.replaceChildren();
}
