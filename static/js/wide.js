// Code and tables that are wider than an entry scroll by themselves; not every browser lets the keyboard reach them.
addEventListener("resize", makeReachable);
makeReachable();

function makeReachable() {
  for (const box of document.querySelectorAll(".prose pre, .prose table")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
