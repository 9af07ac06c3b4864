// While an answer is awaited: a mark for the progress line, and aria-busy on the list that is about to change.
import { on } from "./events.js";

let awaited; // the newest request; htmx 4 reports the end of one that it replaces after the beginning of that

on("before", ({ request }) => set((awaited = request)));
on("done", ({ request }) => request === awaited && set(null));
on("restored", () => set(null));

function set(request) {
  const isBusy = Boolean(request);
  document.documentElement.classList.toggle("waiting", isBusy);
  document.getElementById("feed")?.setAttribute("aria-busy", String(isBusy));
}
