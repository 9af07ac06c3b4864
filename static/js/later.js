// What few readers need comes once they do: the list of single keys, and what pins take.
import { say } from "./announce.js";
import { on } from "./events.js";
import { trouble } from "./problem.js";

const PINS = "feedsift.pins"; // as in pinned.js
const pin = () => import("./pin.js");

document.addEventListener("click", ({ target }) => {
  if (target.id === "keys-open") use(import("./dialog.js"), ({ open }) => open());
  if (target.id === "pin") use(pin(), ({ press }) => press(target));
});
addEventListener("storage", ({ key }) => (key === PINS || key === null) && show()); // pinned in another tab
addEventListener("pageshow", ({ persisted }) => persisted && show());
on("settled", ({ target }) => target === "browse" && look());
on("restored", look);
look();

function use(module, action) {
  module.then(action, () => say(trouble(0)));
}

/** And not look: what this page shows may be older than what another tab has seen. */
function show() {
  if (document.getElementById("pin")) use(pin(), (pin) => pin.show());
}

function look() {
  if (document.getElementById("pin") && hasPins()) use(pin(), (pin) => pin.look());
}

function hasPins() {
  try {
    return localStorage.getItem(PINS) !== null;
  } catch {
    return false;
  }
}
