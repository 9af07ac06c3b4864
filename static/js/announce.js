// Says the state in one sentence, once, a moment after the last swap. Two live regions take turns: a screen reader
// is silent when a region gets the text that it already has. (Orca is so across regions, hence the space in one.)
import { on } from "./events.js";

const PAUSE = 700;
let timer = 0;
let turn = 0;

on("settled", ({ target }) => {
  // Of the pager or the values of a facet, where they alone have changed; else of the results, also after Back.
  const said = document.getElementById(target)?.closest("[data-status]") ?? document.getElementById("results");
  if (said) later(said.dataset.status);
});

on("restored", () => (turn = 0)); // Back puts regions in their places of which the first has its sentence

function later(sentence) {
  clearTimeout(timer);
  timer = setTimeout(() => isSaid() || say(sentence), PAUSE);
}

/** The focus has gone to the heading, which says the same. */
function isSaid() {
  return document.activeElement?.id === "results-heading";
}

/** Say something at once. */
export function say(sentence) {
  const regions = document.querySelectorAll("#status > [role=status]");
  if (regions.length < 2) return;
  turn = 1 - turn;
  regions[1 - turn].textContent = "";
  regions[turn].textContent = turn ? sentence : `${sentence}\u00a0`;
}
