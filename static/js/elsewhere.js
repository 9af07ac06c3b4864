// Where feed readers find the state and what they call it, in the head, follows the state as it changes: as the links
// above the list have it.
import { on } from "./events.js";

on("settled", follow);
on("restored", follow);

function follow() {
  for (const link of document.querySelectorAll("head > link[data-as]")) {
    const shown = document.getElementById(link.dataset.as);
    if (!shown) continue;
    link.setAttribute("href", shown.getAttribute("href"));
    link.title = shown.dataset.title;
  }
}
