// An answer that does not come: what was on the screen stays, and one message says what happened and offers
// to try again. It is spoken as every status is: Firefox tells Orca nothing of role=alert, and an alert that also
// is a live region is said twice by others.
import { say } from "./announce.js";
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
  const problem = document.getElementById("problem");
  const sentence = `${text} What you see is as it was.`;
  problem.append(`${sentence} `, retry);
  problem.hidden = false;
  say(sentence);
}

function again(source) {
  const form = source?.closest?.("form");
  clear();
  (form?.querySelector("[type=search], button") ?? source)?.focus();
  if (form) form.requestSubmit();
  else source?.click?.();
}

function clear() {
  const problem = document.getElementById("problem");
  if (!problem) return;
  problem.replaceChildren();
  problem.hidden = true;
}
