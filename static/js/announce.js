// Says the state in one sentence, once, a moment after the last swap. Two live regions take turns: a screen reader
// is silent when a region gets the text that it already has. (Orca is so across regions, hence the space in one.)
import { on } from "./events.js";

const PAUSE = 700;
let timer = 0;
let turn = 0;

on("settled", ({ target }) => {
  // Of the pager or the values of a facet, where they alone have changed; else of the results, also after Back.
  const said = document.getElementById(target)?.closest("[data-status]") ?? document.getElementById("results");
  if (said) later(said);
});

on("restored", () => (turn = 0)); // Back puts regions in their places of which the first has its sentence

function later({ id, dataset }) {
  clearTimeout(timer);
  timer = setTimeout(() => (isRead(id) ? regions().forEach(empty) : say(dataset.status)), PAUSE);
}

/** The focus has gone to the heading of the results, which says the same: what was said before is no longer true. */
function isRead(id) {
  return id === "results" && document.activeElement?.id === "results-heading";
}

/** Say something at once. */
export function say(sentence) {
  if (regions().length < 2) return;
  turn = 1 - turn;
  empty(regions()[1 - turn]);
  regions()[turn].textContent = turn ? sentence : `${sentence}\u00a0`;
}

function regions() {
  return [...document.querySelectorAll("#status > [role=status]")];
}

function empty(region) {
  region.textContent = "";
}
