// Pieces of an embed, as templates/_partials/embed.html makes them, and those that only a script can use.
export function results(tree) {
  return tree.querySelector(".feedsift-results");
}

export function counts(tree) {
  const { total, shown } = results(tree).dataset;
  return { total: Number(total), shown: Number(shown) };
}

export function dress(tree, theme) {
  const section = tree.querySelector(".feedsift");
  if (section) section.dataset.theme = theme;
}

/** Makes a fragment fit for a shadow root: its classes are parts, and more entries are not behind a link that leaves. */
export function prepare(section) {
  const link = section.querySelector("[data-next]");
  link?.replaceWith(piece("button", "more button", { type: "button", "data-next": link.dataset.next }, link.dataset.label));
  for (const styled of [section, ...section.querySelectorAll("[class]")]) {
    styled.part.add(...[...styled.classList].map((name) => name.replace("feedsift-", "")));
  }
  return section;
}

export function piece(name, parts, attributes, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  for (const part of parts.split(" ")) made.classList.add(`feedsift-${part}`);
  made.part.add(...parts.split(" "));
  made.textContent = text;
  return made;
}
