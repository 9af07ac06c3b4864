// While an answer is awaited: aria-busy on the list that is about to change and, once it takes long enough to be seen, a
// mark for the progress line. Most answers are there before; a mark at once costs a frame when the results are at hand.
import { on } from "./events.js";

const PAUSE = 300;
let awaited; // the newest request; htmx 4 reports the end of one that it replaces after the beginning of that
let timer = 0;

on("before", ({ request }) => set((awaited = request)));
on("done", ({ request }) => request === awaited && set(null));
on("restored", () => set(null));

function set(request) {
  if (request) timer ||= setTimeout(mark, PAUSE, true);
  else mark(false);
  document.getElementById("feed")?.setAttribute("aria-busy", String(Boolean(request)));
}

function mark(isBusy) {
  clearTimeout(timer);
  timer = 0;
  document.documentElement.classList.toggle("waiting", isBusy);
}
