// In a frame of an embed: tells the page around how high the content is, at each change and when it asks. Anybody may
// know a height, hence the star; /static/embed.js is what listens.
const root = document.documentElement;

/** Measured without a scroll bar, which makes lines shorter; where all is to be seen there is none. */
function report() {
  root.style.overflow = "hidden";
  const height = Math.ceil(root.getBoundingClientRect().height);
  if (height > innerHeight) root.style.overflow = "";
  parent.postMessage({ type: "feedsift-height", height }, "*");
}

if (parent !== window) {
  report(); // a browser does not let a frame that is out of sight observe anything
  new ResizeObserver(report).observe(root);
  addEventListener("resize", report);
  addEventListener("message", ({ data }) => data?.type === "feedsift-height?" && report());
}
