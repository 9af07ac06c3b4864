// What a reader does in an embed: types, searches, asks for more. Nodes of the host inside the element have events that
// come by here too, and are none of our business.
const TYPING = 300;

/** Calls `find` with words and a pause, and `more` with the address of the entries that follow. */
export function listen(root, find, more) {
  const hear = (type, use) => root.addEventListener(type, (event) => event.target.getRootNode() === root && use(event));
  hear("input", ({ target }) => find(target.value, TYPING));
  hear("submit", (event) => {
    event.preventDefault();
    find(event.target.elements.q.value, 0);
  });
  hear("click", ({ target }) => target.dataset.next && more(target.dataset.next));
}
