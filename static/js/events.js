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
const SUGGESTIONS = "suggestions"; // come and go beside everything else, and are spoken of by suggest.js alone

/** Call `listener` with the element that asked, the id of what is swapped, and the event; for suggestions, if asked to. */
export function on(name, listener, isForSuggestions = false) {
  for (const type of names[name]) {
    document.addEventListener(type, (event) => {
      const detail = event.detail ?? {};
      const asked = detail.requestConfig ?? detail.ctx ?? {};
      const source = asked.elt ?? asked.sourceElement ?? detail.elt;
      const target = (asked.target ?? detail.target)?.id ?? "";
      if ((source?.id === SUGGESTIONS) === isForSuggestions) listener({ source, target, event });
    });
  }
}
