// <feedsift-entries>: its attributes, and what a reader does in it, become states that are shown.
import { ATTRIBUTES, addressOf, themeOf } from "./address.js";
import { counts, dress } from "./pieces.js";
import { listen } from "./reader.js";
import { States } from "./states.js";
import { View } from "./view.js";

export class FeedsiftEntries extends HTMLElement {
  static observedAttributes = ATTRIBUTES;
  #view = new View(this.attachShadow({ mode: "open" }));
  #states = new States((section, how) => this.#use(section, how), (status) => this.#fail(status));
  #typed = null;

  constructor() {
    super();
    listen(this.shadowRoot, (words, pause) => this.#find(words, pause), (address) => this.#states.more(address));
  }

  connectedCallback() {
    const address = addressOf(this, this.#typed);
    if (!this.#states.has(address)) this.#states.change(address, 0, "show");
  }

  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#states.end()); // one that is only moved is back by then
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === "q" || name === "query") this.#typed = null;
    dress(this.shadowRoot, themeOf(this));
    if (this.isConnected) this.connectedCallback();
  }

  #find(words, pause) {
    this.#typed = words;
    this.#states.change(addressOf(this, words), pause, "find");
  }

  #use(section, how) {
    this.#view[how](section);
    dress(this.shadowRoot, themeOf(this));
    this.#tell("feedsift-load", counts(this.shadowRoot));
  }

  #fail(status) {
    this.#view.fail();
    this.#tell("feedsift-error", { status });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }
}
