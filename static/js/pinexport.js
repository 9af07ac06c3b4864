// The link that takes all pins to a feed reader; where they are too many for one address, one for each part. Where there
// is none, it is said how to pin.
import { inParts } from "./parts.js";
import { MOST, read } from "./pinned.js";

export function showExport() {
  const states = read().map(({ state }) => state);
  document.getElementById("pins-none").hidden = states.length > 0;
  document.getElementById("pins-do").hidden = !states.length;
  document.getElementById("pins-export").replaceChildren(...inParts("/pins.opml", "pin", states, MOST).map(link));
}

function link(href, at, { length }) {
  const textContent = length > 1 ? `Export as OPML, part ${at + 1} of ${length}` : "Export as OPML";
  return Object.assign(document.createElement("a"), { id: `export-${at + 1}`, href, textContent });
}
