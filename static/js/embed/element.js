// <feedsift-entries>: its attributes, and what a reader does in it, become questions to the site.
import { ATTRIBUTES, addressOf } from "./address.js";
import { Question } from "./question.js";
import { View } from "./view.js";

const TYPING = 300;

export class FeedsiftEntries extends HTMLElement {
  static observedAttributes = ATTRIBUTES;
  #view = new View(this.attachShadow({ mode: "open" }));
  #question = new Question();
  #typed = null;

  constructor() {
    super();
    this.shadowRoot.addEventListener("input", ({ target }) => this.#type(target, TYPING));
    this.shadowRoot.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#type(event.target.elements.q, 0);
    });
    this.shadowRoot.addEventListener("click", ({ target: { dataset } }) => {
      if (dataset.next) this.#ask(dataset.next, 0, (section) => this.#view.append(section));
    });
  }

  connectedCallback() {
    this.#ask(addressOf(this, this.#typed), 0, (section) => this.#view.show(section));
  }

  disconnectedCallback() {
    this.#question.end();
  }

  attributeChangedCallback(name, before, after) {
    if (name === "q") this.#typed = null;
    if (this.isConnected && before !== after) this.connectedCallback();
  }

  #type(box, pause) {
    this.#typed = box.value;
    this.#ask(addressOf(this, this.#typed), pause, (section) => this.#view.find(section));
  }

  #ask(address, pause, use) {
    const done = (section) => {
      use(section);
      this.#tell("feedsift-load", this.#view.counts);
    };
    const fail = (status) => {
      this.#view.fail();
      this.#tell("feedsift-error", { status });
    };
    this.#question.ask(address, pause, done, fail);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }
}
