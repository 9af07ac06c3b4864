// Pieces of an embed, as templates/_partials/embed.html makes them, and those that only a script can use.
export function results(tree) {
  return tree.querySelector(".feedsift-results");
}

/** Here the link to the next entries does not lead away: it is a button. */
export function prepare(section) {
  const link = section.querySelector("[data-next]");
  link?.replaceWith(piece("button", "more", { type: "button", "data-next": link.dataset.next }, link.dataset.label));
  return section;
}

export function piece(name, part, attributes, text = "") {
  const made = document.createElement(name);
  const all = { ...attributes, class: `feedsift-${part}`, part: name === "button" ? `${part} button` : part };
  for (const [key, value] of Object.entries(all)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}
