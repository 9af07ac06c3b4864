// A list that a swap removes goes as a whole: htmx 2 would take leave of each element in it with two events, which is a
// fifth of all that a key costs the browser. Nothing waits for those, nor does anything in the list outlive it.
document.addEventListener("htmx:beforeCleanupElement", ({ target }) => target.id === "browse" && target.replaceChildren());
