// A number in the builder that cannot be becomes the one that is taken for it: where nobody is typing it any more.
// And what was chosen before there were scripts to see it is shown.
import "./copy.js";
import { on } from "./site.js";

document.addEventListener("DOMContentLoaded", () => setTimeout(showWhatIsChosen)); // once htmx has begun, too
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

/** Ask for the preview of what stands in the form, where that is not what the page came with. */
function showWhatIsChosen() {
  const controls = [...(document.getElementById("builder")?.elements ?? [])];
  controls.find(isChanged)?.dispatchEvent(new Event("input", { bubbles: true }));
}

function isChanged({ type, checked, defaultChecked, value, defaultValue, options }) {
  if (type === "radio" || type === "checkbox") return checked !== defaultChecked;
  if (options) return [...options].some(({ selected, defaultSelected }) => defaultSelected && !selected);
  return defaultValue !== undefined && value !== defaultValue;
}
