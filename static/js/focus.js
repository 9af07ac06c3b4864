// Where the focus goes after a swap. htmx gives it back to a control that is there again under its id; this
// module knows the rest: a submitted search, a chip that is gone, entries that somebody asked for by hand.
import { on } from "./events.js";
import { filters } from "./facets.js";
import { enter } from "./feed.js";

const stay = () => {};
let plan = stay;

on("swapping", ({ source }) => (plan = planned(source)));

on("settled", () => {
  const next = plan;
  plan = stay;
  next();
});

on("restored", () => rescue({ preventScroll: true }));

function planned(source) {
  if (source?.id === "search") return () => focus("#results-heading");
  if (source?.id === "clear") return () => focus("#q");
  if (source?.matches?.(".chip")) return neighbourOf(source);
  if (source?.id === "more" && document.activeElement === source) return firstNewEntry();
  // Who scrolls has the focus nowhere: to give it to something would take the page there.
  if (document.activeElement === document.body) return stay;
  return () => remain(source);
}

function neighbourOf(chip) {
  const ids = [...document.querySelectorAll(".chip")].map((other) => other.id);
  const at = ids.indexOf(chip.id);
  const candidates = [...ids.slice(at + 1), ...ids.slice(0, at).reverse()];
  return () => {
    const next = candidates.find((id) => document.getElementById(id));
    (document.getElementById(next) ?? filters())?.focus();
  };
}

function firstNewEntry() {
  const before = document.querySelectorAll("#feed > article").length;
  return () => enter(document.querySelectorAll("#feed > article")[before]);
}

/** What was followed may stand elsewhere now, as the list around it has become shorter. */
function remain(source) {
  rescue();
  if (source?.closest("#browse") && document.activeElement.id === source.id) {
    document.activeElement.scrollIntoView({ block: "nearest" });
  }
}

function rescue(options) {
  if (document.activeElement === document.body) focus("#results-heading", options);
}

function focus(selector, options) {
  document.querySelector(selector)?.focus(options);
}
