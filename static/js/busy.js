// While an answer is awaited: a mark for the progress line, and aria-busy on the list that is about to change.
import { on } from "./events.js";

on("before", () => set(true));
on("done", () => set(false));

function set(isBusy) {
  document.documentElement.classList.toggle("waiting", isBusy);
  document.getElementById("feed")?.setAttribute("aria-busy", String(isBusy));
}
