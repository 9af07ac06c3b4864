// The page of pinned searches. What they are called and what is new in them comes from the server; to read this page is
// not to look at a list.
import { say } from "./announce.js";
import { inParts } from "./parts.js";
import { keep, onChange, read } from "./pinned.js";
import { showExport } from "./pinexport.js";

const place = () => document.getElementById("pins");
const removers = () => [...document.querySelectorAll("#pins .unpin")];
let turn = 0;

document.addEventListener("click", ({ target }) => {
  if (target.id === "pins-ask") ask();
  const remover = target.closest(".unpin");
  if (remover) remove(remover);
});
onChange(ask);
ask();

/** Ask what is new; of several times, the last one counts. */
async function ask() {
  if (!place()) return;
  const mine = ++turn;
  const lists = [];
  for (const address of inParts("/fragments/pins", "pin", read().map(({ seen, state }) => `${seen}:${state}`))) {
    lists.push(await list(address).catch(() => null));
  }
  if (mine !== turn) return;
  if (lists.includes(null)) say("The site cannot be reached. What you see is as it was.");
  else show(lists);
}

async function list(address) {
  const response = await fetch(address);
  return new DOMParser().parseFromString(await response.text(), "text/html").querySelector("ul.pins");
}

function show(lists) {
  const held = document.activeElement;
  place().replaceChildren(...lists);
  if (!held.isConnected) (document.getElementById(held.id) ?? document.querySelector("h1")).focus();
  showExport();
  const news = lists.reduce((sum, { dataset }) => sum + Number(dataset.news), 0);
  if (lists.length) say(`${news ? news.toLocaleString("en") : "Nothing"} new since you last looked.`);
}

function remove(button) {
  const others = read().filter(({ state }) => state !== button.dataset.state);
  if (!keep(others)) return say("This browser keeps nothing for this site, so nothing has changed.");
  turn++; // an answer that is on its way still has it
  const at = removers().indexOf(button);
  button.closest("li").remove();
  showExport();
  (removers()[at] ?? removers()[at - 1] ?? document.querySelector("h1")).focus();
  say(button.dataset.said);
}
