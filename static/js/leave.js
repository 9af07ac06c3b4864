// A list that a swap removes goes as a whole, and before the next one comes. htmx 2 would compare the two by their ids
// and take leave of each element in the old one with two events: a third of all that a key costs in scripts. Nothing
// waits for those, nor does anything in the list outlive it, but what has the focus: focus.js looks where that stood.
import { on } from "./events.js";

let changing = "";

document.addEventListener("htmx:beforeCleanupElement", ({ target }) => empty(target)); // Back
on("leaving", ({ target }) => (changing = target));
// Not before: the place on the page, which is kept with the address, is that in the whole list.
for (const type of ["htmx:pushedIntoHistory", "htmx:replacedInHistory"]) {
  document.addEventListener(type, () => empty(document.getElementById(changing)));
}

function empty(element) {
  if (element?.id === "browse" && !element.contains(document.activeElement)) element.replaceChildren();
}
