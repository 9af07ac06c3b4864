// Controls that keep a choice in this browser, wherever they stand: they show it, and what is chosen holds at once, in
// every page of the site that is open.
import { say } from "./announce.js";
import { on } from "./events.js";
import { keep, names, read } from "./stored.js";

const LOOKS = ["theme", "size", "density"]; // head.js puts these on the root before the first paint
const KEPT = "Saved in this browser.";
const NOT_KEPT = "This browser keeps nothing; it holds for this page.";

document.addEventListener("change", ({ target }) => {
  const name = target.dataset?.setting;
  if (!name) return;
  const isSwitch = target.type === "checkbox";
  const value = isSwitch ? (target.checked ? "on" : "off") : target.value;
  const isKept = keep(name, value);
  show();
  say(`${target.dataset.said}${isSwitch ? ` ${value}.` : ""} ${isKept ? KEPT : NOT_KEPT}`);
});
document.addEventListener("click", ({ target }) => {
  if (target.id !== "settings-reset") return;
  names.forEach((name) => keep(name, null));
  show();
  say("Everything is as it was at first.");
});

addEventListener("storage", show); // changed in another tab
addEventListener("pageshow", show); // changed before Back
on("restored", show); // Back has put other controls there
show();

/** When the colour of the browser's own bars is that of a theme. */
function mediaOf(theme) {
  if (read("theme") === "system") return `(prefers-color-scheme: ${theme})`;
  return read("theme") === theme ? "all" : "not all";
}

function show() {
  for (const name of LOOKS) document.documentElement.dataset[name] = read(name);
  for (const meta of document.querySelectorAll("meta[data-theme]")) meta.media = mediaOf(meta.dataset.theme);
  for (const control of document.querySelectorAll("[data-setting]")) {
    const value = read(control.dataset.setting);
    control.checked = control.type === "checkbox" ? value === "on" : value === control.value;
  }
}
