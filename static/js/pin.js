// The button that pins the list that is shown, or lets go of it. To look at a pinned list, in whatever order, is to have
// seen all that is known by then. Loaded by later.js.
import { MOST, keep, read } from "./pinned.js";
import { say } from "./site.js";

const button = () => document.getElementById("pin");

export function press({ dataset }) {
  const said = toggle(dataset.state, Number(dataset.newest));
  show();
  document.getElementById("pin-said").textContent = said;
  say(said);
}

function toggle(state, seen) {
  const pins = read();
  const others = pins.filter((pin) => pin.state !== state);
  const isPinned = others.length < pins.length;
  if (!isPinned && pins.length >= MOST) return `Not pinned: there are ${MOST} pins, which is as many as there can be.`;
  if (keep(isPinned ? others : [...pins, { state, seen }])) return isPinned ? "No longer pinned." : "Pinned.";
  return "This browser keeps nothing for this site, so nothing has changed.";
}

export function look() {
  if (!button()) return;
  const list = ordered(button().dataset.state);
  const seen = Number(button().dataset.newest);
  const pins = read();
  const looked = pins.map((pin) => (ordered(pin.state) === list ? { ...pin, seen } : pin));
  if (looked.some((pin, at) => pin.seen !== pins[at].seen)) keep(looked);
  show();
}

export function show() {
  if (!button()) return;
  const isPinned = read().some(({ state }) => state === button().dataset.state);
  button().setAttribute("aria-pressed", String(isPinned));
}

/** A state in one order, so that those that differ in nothing else are the same. */
function ordered(state) {
  const parameters = new URLSearchParams(state);
  parameters.delete("sort");
  return String(parameters);
}
