// What the server says of pins. It is asked in parts; one that does not come takes no other with it.
import { inParts } from "./parts.js";
import { trouble } from "./site.js";

/** Give a list for each part of the pins, or instead the status of an answer that is none (0 without any). */
export async function news(pins) {
  const answers = [];
  for (const address of inParts("/fragments/pins", "pin", pins.map(({ seen, state }) => `${seen}:${state}`))) {
    answers.push({ address, ...(await answer(address)) });
  }
  return answers;
}

async function answer(address) {
  try {
    const response = await fetch(address);
    if (!response.ok) return { status: response.status, wait: response.headers.get("Retry-After") };
    const list = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("ul.pins");
    return list ? { list } : { status: 500 };
  } catch {
    return { status: 0 };
  }
}

/** Give a list of the rows, of those that there are, which the part at an address would bring anew. */
export function asBefore({ address }, rows) {
  const pins = new URLSearchParams(address.slice(address.indexOf("?"))).getAll("pin");
  const states = new Set(pins.map((pin) => pin.slice(pin.indexOf(":") + 1)));
  const list = Object.assign(document.createElement("ul"), { className: "pins" });
  list.append(...rows.filter((row) => states.has(row.querySelector(".unpin").dataset.state)));
  return list;
}

/** Say what the answers say together, or what became of them; `isShown` is whether any pin was on the page before. */
export function inWords(answers, isShown) {
  const failed = answers.filter(({ list }) => !list);
  if (!failed.length) {
    const sum = answers.reduce((sum, { list }) => sum + Number(list.dataset.news), 0);
    return `${sum ? sum.toLocaleString("en") : "Nothing"} new since you last looked.`;
  }
  const some = failed.length < answers.length && " Some pins are missing, or as they were.";
  return trouble(failed[0].status, failed[0].wait) + (some || (isShown ? " What you see is as it was." : ""));
}
