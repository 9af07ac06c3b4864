// Back from an entry: the focus returns to the link that was followed. (With the back/forward cache the browser
// does it by itself; the place on the page is the browser's affair in both cases.) Back from one state of the list
// to another: htmx swaps the page after the browser has looked for the place, so it is kept and found again here.
import { on } from "./events.js";

let place = 0;
let held = "";

document.addEventListener("click", (event) => {
  const article = event.target.closest("#feed article a")?.closest("article");
  if (article) history.replaceState({ ...history.state, entry: article.id }, "");
});

const [navigation] = performance.getEntriesByType("navigation");
const isBack = navigation?.type === "back_forward";

// Back a second time, before this script was there to hear of it.
if (isBack && withoutHash(navigation.name) !== withoutHash(location.href)) location.reload();

addEventListener("pageshow", (event) => {
  if (event.persisted || !isBack) return;
  const article = document.getElementById(history.state?.entry ?? "");
  article?.querySelector("a")?.focus({ preventScroll: true });
});

on("leaving", () => keep(scrollY));
addEventListener("popstate", (event) => (place = event.state?.scroll ?? 0)); // htmx then overwrites the state
on("restoring", () => (held = document.activeElement.id)); // htmx 2 gives the focus back by itself
on("restored", () => {
  keep(place);
  if (document.activeElement === document.body) document.getElementById(held)?.focus({ preventScroll: true });
  scrollTo({ top: place, behavior: "instant" });
});
// A state that cannot be fetched: as a page of its own, so that the browser says why. (htmx would say nothing; 2 not
// even to scripts, so they ask the request.)
on("lost", () => location.reload());
let asked; // Back again before the answer: htmx 2 would show whichever comes last
document.addEventListener("htmx:historyCacheMiss", ({ detail: { xhr } }) => {
  const former = asked;
  asked = xhr;
  former?.abort();
  xhr.addEventListener("loadend", () => xhr !== asked || xhr.status === 200 || location.reload());
});

function keep(scroll) {
  history.replaceState({ ...history.state, scroll }, "");
}

function withoutHash(address) {
  return address.split("#")[0];
}
