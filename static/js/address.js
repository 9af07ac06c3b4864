// A state has one address. Where a page was asked for by another one (a tag typed into the search box, parameters that
// mean nothing here), the address bar gets the one that the page names. Back leads to addresses that had their turn.
const canonical = document.querySelector("link[rel=canonical]")?.href;
const [navigation] = performance.getEntriesByType("navigation");
if (canonical && location.pathname === "/" && navigation?.type !== "back_forward") {
  const { search } = new URL(canonical);
  if (search !== location.search) history.replaceState(history.state, "", `/${search}${location.hash}`);
}
