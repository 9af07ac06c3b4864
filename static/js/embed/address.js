// The address of an embed's entries, by the attributes of its element. A theme is not part of it: it needs no request.
export const SITE = new URL(import.meta.url).origin;
const PARAMETERS = {
  q: "q", tag: "tag", "exclude-tag": "exclude.tag", author: "author", feed: "feed", year: "year", month: "month",
  from: "from", to: "to", sort: "sort", count: "size", "heading-level": "h",
};
const SWITCHES = { search: "search", "load-more": "more" };
export const ATTRIBUTES = ["query", "site", "theme", ...Object.keys(PARAMETERS), ...Object.keys(SWITCHES)];

/** `typed` is what stands in the search box, or null where nobody has typed. */
export function addressOf(embed, typed) {
  const parameters = written(embed);
  parameters.delete("theme");
  for (const [attribute, name] of Object.entries(PARAMETERS)) {
    if (embed.hasAttribute(attribute)) parameters.set(name, embed.getAttribute(attribute));
  }
  for (const [attribute, name] of Object.entries(SWITCHES)) if (embed.hasAttribute(attribute)) parameters.set(name, "1");
  if (typed !== null) parameters.set("q", typed);
  return `${(embed.getAttribute("site") || SITE).replace(/\/+$/, "")}/embed/entries?${parameters}`;
}

export function themeOf(embed) {
  return (embed.getAttribute("theme") ?? written(embed).get("theme") ?? "auto").trim().toLowerCase();
}

function written(embed) {
  return new URLSearchParams(embed.getAttribute("query") ?? "");
}
