// Asks the site for a fragment. An answer to an older question must not win: the next one ends it.
const PATIENCE = 15_000;

export class Question {
  #request = null;
  #timer = 0;

  /** After a pause calls `use` with the fragment's root, or `fail` with the status: 0 where there was no answer. */
  ask(address, pause, use, fail) {
    this.end();
    this.#timer = setTimeout(() => this.#send(address, use, fail), pause);
  }

  end() {
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  #send(address, use, fail) {
    const request = (this.#request = new XMLHttpRequest());
    request.open("GET", address);
    request.responseType = "document"; // parsed by the browser: no text of HTML ever goes through a script
    request.timeout = PATIENCE;
    request.onload = () => {
      const section = request.status === 200 && request.response?.querySelector(".feedsift");
      if (section) use(section);
      else fail(request.status);
    };
    request.onerror = request.ontimeout = () => fail(0);
    request.send();
  }
}
