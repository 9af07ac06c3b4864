// The keys of a feed (ARIA Authoring Practices): Page Down and Page Up go from entry to entry, Control and End or
// Home out of it. Behind the last entry that is there come the next ones.
const REACHABLE = "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']";

document.addEventListener("keydown", (event) => {
  const feed = event.target.closest?.("#feed");
  if (!feed || event.altKey || event.metaKey || event.isComposing) return;
  if (run(event, feed)) event.preventDefault();
});

function run({ key, ctrlKey, shiftKey }, feed) {
  if (shiftKey) return false;
  if (ctrlKey && key === "End") return leave(feed, Node.DOCUMENT_POSITION_FOLLOWING);
  if (ctrlKey && key === "Home") return leave(feed, Node.DOCUMENT_POSITION_PRECEDING);
  if (ctrlKey) return false;
  return key === "PageDown" ? step(1) : key === "PageUp" ? step(-1) : false;
}

/** Go to the next entry, or the one before; from elsewhere to the first in view. Tells whether there is one to go to. */
export function step(direction) {
  const all = [...document.querySelectorAll("#feed > article")];
  const at = all.indexOf(document.activeElement.closest("#feed > article"));
  const next = at < 0 ? firstInView(all) : all[at + direction];
  if (next) show(next);
  return Boolean(next) || (direction > 0 && more());
}

/** Go to an entry that has just come. Orca reads on from the caret, which the focus alone does not take there. */
export function enter(article) {
  article?.focus();
  setTimeout(() => document.activeElement === article && getSelection().collapse(article, 0), 100);
}

function firstInView(all) {
  return all.find((article) => article.getBoundingClientRect().top >= 0) ?? all.at(-1);
}

function show(article) {
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: "start" });
}

function more() {
  const link = document.getElementById("more");
  link?.focus({ preventScroll: true });
  link?.click();
  return Boolean(link);
}

function leave(feed, side) {
  const outside = [...document.querySelectorAll(REACHABLE)].filter(
    (element) => element.checkVisibility() && feed.compareDocumentPosition(element) === side,
  );
  const next = side === Node.DOCUMENT_POSITION_FOLLOWING ? outside[0] : outside.at(-1);
  next?.focus();
  return Boolean(next);
}
