// Runs before the first paint: the one place through which scripts may put HTML into the page (Trusted Types;
// htmx swaps what this site's own server rendered); for the style sheet a mark that scripts run, and what the reader has
// chosen.
if (window.trustedTypes) trustedTypes.createPolicy("default", { createHTML: (html) => html });
document.documentElement.classList.add("js");
try {
  for (const name of ["theme", "size", "density"]) {
    const chosen = localStorage.getItem(`feedsift.${name}`);
    if (chosen) document.documentElement.dataset[name] = chosen;
  }
} catch {} // a browser that keeps nothing for this site
