// On a narrow screen the filters are folded away behind their button. That they are open is marked outside of what
// is swapped, so that they stay so over a swap, and the focus in them too.
import { on } from "./events.js";

const root = document.documentElement;
const toggle = () => document.getElementById("facets-toggle");

/** Where the filters begin: their heading or, on a narrow screen, the button that stands for it. */
export function filters() {
  return toggle()?.checkVisibility() ? toggle() : document.getElementById("facets-heading");
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#facets-toggle")) fold(root.classList.contains("filters-open"));
  if (!event.target.closest("[href='#facets-heading']")) return;
  event.preventDefault(); // no step in history, which would take a second Back
  if (filters() === toggle()) fold(false);
  filters()?.focus();
});
on("settled", say);

function fold(isFolded) {
  root.classList.toggle("filters-open", !isFolded);
  say();
}

function say() {
  toggle()?.setAttribute("aria-expanded", String(root.classList.contains("filters-open")));
}
