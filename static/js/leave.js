// A list that a swap removes goes as a whole: htmx 2 would take leave of each element in it with two events, which is a
// fifth of all that a key costs the browser. Nothing waits for those, nor does anything in the list outlive it, but what
// has the focus: focus.js looks where that stood.
document.addEventListener("htmx:beforeCleanupElement", ({ target }) => {
  if (target.id === "browse" && !target.contains(document.activeElement)) target.replaceChildren();
});
