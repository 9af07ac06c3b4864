// An answer that does not come: what was on the screen stays, and one message says what happened and offers
// to try again. The region says aria-live beside role=alert, as Orca hears nothing of the role alone from Firefox.
import { on } from "./events.js";

const SENTENCES = {
  413: "This search is too long.",
  429: "Too many requests came from your connection.",
  503: "The site cannot answer just now.",
};

let isOdd = false; // the same text twice would be said once: a space makes it another one

on("failed", ({ source, event }) => {
  if (!isRepeatedOrGivenUp(event.detail)) show(words(event), source);
});
on("settled", clear);

/** htmx 2 repeats each failure as htmx:error, and sends that too for a request that a newer one replaced. */
function isRepeatedOrGivenUp(detail) {
  return Boolean(detail?.errorInfo) || detail?.error?.name === "AbortError";
}

function words({ detail }) {
  const answer = detail?.xhr ?? detail?.ctx?.response;
  const wait = detail?.xhr?.getResponseHeader("Retry-After") ?? answer?.headers?.get("Retry-After");
  return trouble(answer?.status ?? 0, wait);
}

/** Say what the status of an answer means that is of no use, 0 is that of none; `wait`: what it says of when to retry. */
export function trouble(status, wait) {
  const seconds = Number.parseInt(wait, 10);
  const when = seconds > 0 ? ` Try again in ${seconds} second${seconds === 1 ? "" : "s"}.` : "";
  return (SENTENCES[status] ?? (status >= 400 ? "The site could not answer." : "The site cannot be reached.")) + when;
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
