// A reader's focus, when what has it makes way: it goes to the same control of what comes, or to its heading.
/** To be called before the change; gives what is to be called after it. */
export function keepFocus(root) {
  const around = root.host.getRootNode().activeElement;
  const had = root.activeElement ?? (around !== root.host && root.host.contains(around) && around);
  return () => {
    if (!had || root.contains(had)) return;
    const same = [...root.querySelectorAll(".feedsift-search *")].find(({ className }) => className === had.className);
    const place = same ?? root.querySelector(".feedsift-heading");
    if (!same) place.tabIndex = -1;
    place.focus();
    if (same?.matches("input")) same.setSelectionRange(had.selectionStart, had.selectionEnd);
  };
}
