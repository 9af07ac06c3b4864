// In a frame of an embed: tells the page around how high the content is, at each change and when it asks. Anybody may
// know a height, hence the star; /static/embed.js is what listens.
const report = () => {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  parent.postMessage({ type: "feedsift-height", height }, "*");
};

if (parent !== window) {
  new ResizeObserver(report).observe(document.documentElement);
  addEventListener("message", ({ data }) => data?.type === "feedsift-height?" && report());
}
