// Which state an embed shows, and which is to come: what is here or on its way need not be asked for again.
import { Question } from "./question.js";

const NEEDED = { show: ".feedsift-results", find: ".feedsift-results", append: ".feedsift-list a" };

export class States {
  #question = new Question();
  #here = "";
  #coming = "";
  #use;
  #fail;

  /** `use` takes what came and how it was asked for: "show", "find" or "append"; `fail` a status. */
  constructor(use, fail) {
    this.#use = use;
    this.#fail = fail;
  }

  has(address) {
    return address === (this.#coming || this.#here);
  }

  change(address, pause, how) {
    this.#coming = address;
    this.#ask(address, pause, how);
  }

  /** More of this state; but another one that is to come goes first, and at once. */
  more(address) {
    if (this.#coming) this.#question.hurry();
    else this.#ask(address, 0, "append");
  }

  end() {
    this.#question.end();
    this.#coming = "";
  }

  #ask(address, pause, how) {
    const done = (section) => {
      this.#here = this.#coming || this.#here;
      this.#coming = "";
      this.#use(section, how);
    };
    const fail = (status) => {
      this.#coming = "";
      this.#fail(status);
    };
    this.#question.ask(address, pause, NEEDED[how], done, fail);
  }
}
