// Follows the "Load more" link when a reader scrolls to it with wheel, touch or scroll bar: three times, so that
// the end of the page can be reached, and never while the keyboard is at work there.
import { read } from "./stored.js";

const BATCHES = 3;
const AHEAD = 600; // pixels before the link comes into view
let left = BATCHES;
let byHand = false;

for (const type of ["wheel", "touchmove"]) {
  document.addEventListener(type, () => (byHand = true), { passive: true });
}
// On the scroll bar; a press on something in the page is no scrolling.
document.addEventListener("pointerdown", ({ target }) => (byHand = target === document.documentElement));
document.addEventListener("keydown", () => (byHand = false));
document.addEventListener("scroll", check, { passive: true });
document.addEventListener("click", startAnew);

function check() {
  const more = document.getElementById("more");
  if (!more || !byHand || left === 0 || read("auto") === "off" || more.closest(".htmx-request") || busyAtTheEnd()) return;
  if (more.getBoundingClientRect().top > innerHeight + AHEAD) return;
  left -= 1;
  more.dispatchEvent(new CustomEvent("scrolled"));
}

function busyAtTheEnd() {
  return Boolean(document.activeElement?.closest("#pager, #elsewhere, #problem, footer.site"));
}

/** Whoever asks for more, or for something else, has three more batches. */
function startAnew(event) {
  if (event.target.closest("#more, #browse [data-hx-get], #search")) left = BATCHES;
}
