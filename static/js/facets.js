// On a narrow screen the filters are folded away behind their button. That they are open is marked outside of what
// is swapped, so that they stay so over a swap, and the focus in them too.
import { on } from "./events.js";

const root = document.documentElement;

document.addEventListener("click", (event) => {
  if (!event.target.closest("#facets-toggle")) return;
  root.classList.toggle("filters-open");
  say();
});
on("settled", say);

function say() {
  const isOpen = root.classList.contains("filters-open");
  document.getElementById("facets-toggle")?.setAttribute("aria-expanded", String(isOpen));
}
