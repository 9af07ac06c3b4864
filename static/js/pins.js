// The page of pinned searches. What they are called and what is new in them comes from the server; to read this page is
// not to look at a list.
import { keep, onChange, read } from "./pinned.js";
import { showExport } from "./pinexport.js";
import { asBefore, inWords, news } from "./pinnews.js";
import { say } from "./site.js";

const PATIENCE = 400; // milliseconds

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

/** Ask what is new; of several times, the last one counts. The rest of the page needs no server. */
async function ask() {
  if (!place()) return;
  const mine = ++turn;
  showExport();
  const wait = setTimeout(() => mine === turn && say("Looking…"), PATIENCE);
  const answers = await news(read());
  clearTimeout(wait);
  if (mine === turn) show(answers);
}

function show(answers) {
  const held = document.activeElement;
  const rows = [...document.querySelectorAll("#pins li")];
  const lists = answers.map((answer) => answer.list ?? asBefore(answer, rows));
  place().replaceChildren(...lists.filter((list) => list.children.length));
  if (document.activeElement !== held) (document.getElementById(held.id) ?? document.querySelector("h1")).focus();
  if (answers.length) say(inWords(answers, rows.length > 0));
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
