// Asks the site for a fragment. An answer to an older question must not win: the next one ends it.
const PATIENCE = 15_000;

export class Question {
  #request = null;
  #timer = 0;
  #waiting = null;

  /** After a pause calls `use` with the fragment's root, or `fail` with the status: 0 where there was no answer. */
  ask(address, pause, needed, use, fail) {
    this.end();
    this.#waiting = () => this.#send(address, needed, use, fail);
    this.#timer = setTimeout(() => this.hurry(), pause);
  }

  /** Asks at once what waits, if anything does. */
  hurry() {
    const send = this.#waiting;
    this.#waiting = null;
    clearTimeout(this.#timer);
    send?.();
  }

  end() {
    this.#waiting = null;
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  #send(address, needed, use, fail) {
    const request = (this.#request = new XMLHttpRequest());
    try {
      request.open("GET", address);
    } catch {
      fail(0); // it is no address
      return;
    }
    request.responseType = "document"; // parsed by the browser: no text of HTML ever goes through a script
    request.timeout = PATIENCE;
    request.onload = () => {
      const section = request.status === 200 && request.response?.querySelector(".feedsift");
      if (section && section.querySelector(needed)) use(section);
      else fail(request.status);
    };
    request.onerror = request.ontimeout = () => fail(0);
    request.send();
  }
}
