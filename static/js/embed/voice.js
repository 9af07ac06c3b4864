// Says what has changed. Two live regions take turns: a screen reader is silent when one gets the text that it has.
import { piece } from "./pieces.js";

export class Voice {
  regions = [1, 2].map(() => piece("p", "status", { role: "status", lang: "en", dir: "ltr" }));

  /** A problem is shown, too, until something else is said. */
  say(sentence, isProblem = false) {
    this.regions.reverse();
    this.regions[1].textContent = "";
    this.regions[0].textContent = sentence;
    for (const region of this.regions) region.toggleAttribute("data-problem", isProblem && region.textContent !== "");
  }
}
