// What few readers need comes once they do: what pins take.
import { say } from "./announce.js";
import { on } from "./events.js";
import { trouble } from "./problem.js";

const PINS = "feedsift.pins"; // as in pinned.js
const nothing = () => {};
let failures = 0;

document.addEventListener("click", ({ target }) => {
  if (target.id === "pin") pin().then(({ press }) => press(target), complain);
});
addEventListener("storage", ({ key }) => (key === PINS || key === null) && show()); // pinned in another tab
addEventListener("pageshow", ({ persisted }) => persisted && show());
on("settled", ({ target }) => target === "browse" && look());
on("restored", look);
look();

/** Some browsers keep in mind that a file did not come, so it is asked for by another address then. */
async function pin() {
  const address = failures ? `./pin.js?${failures}` : "./pin.js";
  try {
    return await import(address);
  } catch (error) {
    failures += 1;
    throw error;
  }
}

function complain() {
  document.getElementById("pin-said").textContent = trouble(0);
  say(trouble(0));
}

/** And not look: what this page shows may be older than what another tab has seen. */
function show() {
  if (document.getElementById("pin")) pin().then(({ show }) => show(), nothing);
}

function look() {
  if (document.getElementById("pin") && hasPins()) pin().then(({ look }) => look(), nothing);
}

function hasPins() {
  try {
    return localStorage.getItem(PINS) !== null;
  } catch {
    return false;
  }
}
