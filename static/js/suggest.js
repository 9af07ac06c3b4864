// Suggestions under the search box: an editable combobox with a list (ARIA Authoring Practices). The list opens while
// somebody types; the arrow keys go through it, Enter takes what is chosen, Escape closes it, and so does leaving.
import { on } from "./events.js";

let box, list;
let isTyping; // or has the list been closed since? What was asked for before that comes too late
const chosen = () => list.querySelector("[aria-selected=true]");
const close = () => show((isTyping = false));

prepare();
on("restored", prepare); // Back puts others in their places
on("settled", () => show(isTyping && list.children.length > 0), true);
on("asking", ({ event }) => isTyping || event.preventDefault(), true);

function prepare() {
  [box, list] = [document.getElementById("q"), document.getElementById("suggestions")];
  if (!box || !list || box.hasAttribute("role")) return;
  const state = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(state)) box.setAttribute(name, value);
  box.addEventListener("input", () => show((isTyping = box.value !== "") && !list.hidden));
  box.addEventListener("keydown", onKey);
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
  list.addEventListener("click", ({ target }) => take(target.closest("[role=option]")));
}

function onKey(event) {
  if (event.isComposing || list.hidden) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(step);
  else if (event.key === "Enter" && chosen()) take(chosen());
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation(); // the first Escape closes, the next one clears
}

function choose(step) {
  const all = [null, ...list.children]; // the box itself stands between the last and the first
  const next = all.at((all.indexOf(chosen()) + step) % all.length);
  show(true);
  if (!next) return;
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", next.id);
}

function take(option) {
  if (option) box.value = option.dataset.text;
  if (option) box.form.requestSubmit();
}

/** Open or close the list, with nothing chosen. */
function show(isOpen) {
  chosen()?.setAttribute("aria-selected", "false");
  box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-expanded", String(isOpen));
  list.hidden = !isOpen;
}
