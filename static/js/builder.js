// A number in the builder that cannot be becomes the one that is taken for it: where nobody is typing it any more.
import { on } from "./events.js";

on("settled", ({ target }) => target === "built" && correct());
document.addEventListener("focusout", ({ target }) => correct(target));

/** Put right all fields but the one with the focus; `left` is losing it. */
function correct(left) {
  for (const { dataset } of document.querySelectorAll("#built > [data-field]")) {
    const field = document.getElementById(dataset.field);
    const isTyping = field === document.activeElement && field !== left;
    if (!isTyping && field.value === dataset.given) field.value = dataset.taken;
  }
}
