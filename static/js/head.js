// Runs before the first paint: the one place through which scripts may put HTML into the page (Trusted Types;
// htmx swaps what this site's own server rendered), and a mark that scripts run, for the style sheet.
if (window.trustedTypes) trustedTypes.createPolicy("default", { createHTML: (html) => html });
document.documentElement.classList.add("js");
