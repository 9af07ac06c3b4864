// htmx's events under one name each, whichever line of htmx sends them (2: htmx:afterSettle, 4: htmx:after:settle).
const names = {
  asking: ["htmx:confirm"],
  configuring: ["htmx:configRequest", "htmx:config:request"],
  before: ["htmx:beforeRequest", "htmx:before:request"],
  swapping: ["htmx:beforeSwap", "htmx:before:swap"],
  settled: ["htmx:afterSettle", "htmx:after:settle"],
  leaving: ["htmx:beforeHistoryUpdate", "htmx:before:history:update"],
  done: ["htmx:afterRequest", "htmx:finally:request"],
  failed: ["htmx:responseError", "htmx:sendError", "htmx:timeout", "htmx:response:error", "htmx:error"],
  restored: ["htmx:historyRestore", "htmx:after:history:restore"],
};

/** Call `listener` with the element that asked, the id of what is swapped, and the event. */
export function on(name, listener) {
  for (const type of names[name]) {
    document.addEventListener(type, (event) => {
      const detail = event.detail ?? {};
      const asked = detail.requestConfig ?? detail.ctx ?? {};
      listener({
        source: asked.elt ?? asked.sourceElement ?? detail.elt,
        target: (asked.target ?? detail.target)?.id ?? "",
        event,
      });
    });
  }
}
