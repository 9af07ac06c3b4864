// The search box stands outside of what is swapped. When a link changes the words (a chip, Clear all) it follows;
// words that were typed but not yet searched for go along with the link that is followed meanwhile. After Enter, tags
// and dates in the words have become filters.
import { on } from "./events.js";

let isOvertaken = false;
let sent = "";

const box = () => document.getElementById("q");
const searched = () => document.getElementById("results")?.dataset.text ?? "";
const isLink = (source, target) => target === "browse" && source?.id !== "q" && source?.id !== "search";

on("configuring", ({ source, target, event }) => {
  if (target !== "browse" || source?.id === "q" || !box()) return;
  sent = box().value;
  if (!isLink(source, target) || sent.trim() === searched() || source.matches("[data-words]")) return;
  const request = event.detail.ctx?.request ?? event.detail;
  const name = "path" in request ? "path" : "action";
  const address = new URL(request[name], location.href);
  address.searchParams.set("q", sent);
  request[name] = address.pathname + address.search;
});

// A form keeps the words that were searched for; those typed since then take their place.
document.addEventListener("submit", ({ target }) => {
  const kept = target.id === "range" && target.elements.q;
  if (kept && box().value.trim() !== searched()) kept.value = box().value;
}, true);

on("settled", ({ source, target }) => {
  // What was typed while the answer was on its way is newer than the answer.
  if (target === "browse" && source?.id !== "q" && box()?.value === sent) box().value = searched();
});

// Enter, or a click on a filter, within the pause after the last key: what the pause would ask for is out of date.
on("before", ({ source, target }) => {
  if (target === "browse" && source?.id !== "q") isOvertaken = true;
});
on("asking", ({ source, event }) => {
  if (source?.id === "q" && isOvertaken) event.preventDefault();
});
document.addEventListener("input", ({ target }) => {
  if (target.id === "q") isOvertaken = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.target.id !== "q" || event.isComposing || !event.target.value) return;
  event.preventDefault();
  event.target.value = "";
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
});
