// Gives the iframes of the site in this page the height of their content, which they tell.
import { SITE } from "./address.js";

/** A frame grows when it has to; it shrinks only where that moves nothing which is being looked at. */
function fit(frame, height) {
  const edges = getComputedStyle(frame).boxSizing === "border-box" ? frame.offsetHeight - frame.clientHeight : 0;
  const isSeenToItsEnd = frame.getBoundingClientRect().bottom < innerHeight;
  if (height > frame.clientHeight || !isSeenToItsEnd) frame.style.height = `${height + edges}px`;
}

export function fitFrames() {
  addEventListener("message", ({ data, origin, source }) => {
    if (origin !== SITE || data?.type !== "feedsift-height" || !(data.height > 0)) return;
    for (const frame of document.querySelectorAll("iframe")) if (frame.contentWindow === source) fit(frame, data.height);
  });
  for (const frame of document.querySelectorAll(`iframe[src^="${SITE}/embed/"]`)) {
    frame.contentWindow.postMessage({ type: "feedsift-height?" }, "*"); // it may have spoken before this script ran
  }
}
