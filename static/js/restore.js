// Back or Forward while an answer is on its way: the answer belongs to a state that was left, and must change neither
// the page nor the address. This listener stands before htmx's own, which then asks for the state to go to.
import { on } from "./events.js";

const SECONDS = 10;
let until = 0;

addEventListener("popstate", ({ state }) => {
  if (!state?.htmx) return; // a link within the page
  until = Date.now() + SECONDS * 1000;
  // htmx keeps a request with the element that data-hx-sync names.
  for (const element of document.querySelectorAll("#search, .htmx-request")) {
    element.dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: {} }));
  }
});

// A pause after typing may end meanwhile; a link that is followed takes its turn again by a click.
on("asking", ({ source, event }) => {
  if (source?.id === "q" && Date.now() < until) event.preventDefault();
});

on("restored", () => (until = 0));
