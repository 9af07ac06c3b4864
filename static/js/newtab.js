// A click with Ctrl, Command or Shift opens a link in a tab or window of its own, as everywhere. htmx would keep it from
// that (2 swaps, 4 does nothing at all), so it does not get to see such a click.
document.addEventListener("click", hide, true);

function hide(event) {
  const isForAnother = event.ctrlKey || event.metaKey || event.shiftKey;
  if (isForAnother && event.target.closest("a[data-hx-get]")) event.stopPropagation();
}
