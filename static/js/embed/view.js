// The shadow root of an embed: the link inside the element stands in it until entries come, and where they do not. No
// inline style, no HTML from text: a strict policy of the page around refuses nothing.
import { keepFocus } from "./focus.js";
import { prepare, results } from "./pieces.js";
import { sheet } from "./sheet.js";
import { Voice } from "./voice.js";

const PROBLEM = "The entries could not be loaded. Please try again.";

export class View {
  #fallback = document.createElement("slot");
  #voice = new Voice();
  #root;

  constructor(root) {
    this.#root = root;
    root.adoptedStyleSheets = [sheet];
    root.append(this.#fallback, ...this.#voice.regions);
  }

  show(section) {
    const old = this.#root.querySelector(".feedsift");
    const refocus = keepFocus(this.#root);
    prepare(section);
    if (old) old.replaceWith(section);
    else this.#fallback.before(section);
    this.#fallback.hidden = true;
    refocus();
    this.#voice.say("");
  }

  /** The search box stays, as somebody types in it. */
  find(section) {
    const found = results(prepare(section));
    const refocus = keepFocus(this.#root);
    results(this.#root).replaceWith(found);
    refocus();
    this.#voice.say(found.dataset.status);
  }

  append(section) {
    const [here, come] = [results(this.#root), results(prepare(section))];
    const first = come.querySelector("li a");
    here.querySelector("ol").append(...come.querySelector("ol").children);
    here.querySelector(".feedsift-foot").replaceWith(come.querySelector(".feedsift-foot"));
    here.dataset.shown = come.dataset.shown;
    first.focus();
    this.#voice.say(come.dataset.loaded);
  }

  /** What is there stays: entries, or the link. */
  fail() {
    if (this.#fallback.hidden) this.#voice.say(PROBLEM, true);
  }
}
