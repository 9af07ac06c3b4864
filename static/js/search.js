// The search box stands outside of what is swapped: when a link changes the words (a chip, Clear all), it follows.
import { on } from "./events.js";

let isOvertaken = false;

on("settled", ({ source, target }) => {
  const box = document.getElementById("q");
  if (target !== "browse" || !box || source?.id === "q" || source?.id === "search") return;
  box.value = document.getElementById("results")?.dataset.text ?? box.value;
});

// Enter, or a click on a filter, within the pause after the last key: what the pause would ask for is out of date.
on("before", ({ source, target }) => {
  if (target === "browse" && source?.id !== "q") isOvertaken = true;
});
on("asking", ({ source, event }) => {
  if (source?.id === "q" && isOvertaken) event.preventDefault();
});
document.addEventListener("input", ({ target }) => {
  if (target.id === "q") isOvertaken = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.target.id !== "q" || event.isComposing || !event.target.value) return;
  event.preventDefault();
  event.target.value = "";
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
});
