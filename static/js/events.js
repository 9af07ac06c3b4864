// htmx's events under one name each, whichever line of htmx sends them (2: htmx:afterSettle, 4: htmx:after:swap).
const names = {
  asking: ["htmx:confirm", "htmx:config:request"], // 4 sends htmx:confirm only where readers are asked
  configuring: ["htmx:configRequest", "htmx:config:request"],
  before: ["htmx:beforeRequest", "htmx:before:request"],
  swapping: ["htmx:beforeSwap", "htmx:before:swap"],
  settled: ["htmx:afterSettle", "htmx:after:swap"], // in 4 each part settles by itself, this comes after the last one
  leaving: ["htmx:beforeHistoryUpdate", "htmx:before:history:update"],
  done: ["htmx:afterRequest", "htmx:finally:request"],
  failed: ["htmx:responseError", "htmx:sendError", "htmx:timeout", "htmx:response:error", "htmx:error"],
  // Back and Forward: for 4 these are requests like any other, but for a header.
  restoring: ["htmx:before:swap"],
  restored: ["htmx:historyRestore", "htmx:after:swap"],
  lost: ["htmx:response:error", "htmx:error"], // htmx:error is in 2 too, of anything
};
const OF_BACK = ["restoring", "restored", "lost"];
const NOT_OF_BACK = ["swapping", "failed"];
const SUGGESTIONS = "suggestions"; // come and go beside everything else, and are spoken of by suggest.js alone

/**
 * Call `listener` with the element that asked, the id of what is swapped, the request, and the event; for suggestions,
 * if asked to.
 */
export function on(name, listener, isForSuggestions = false) {
  for (const type of names[name]) {
    document.addEventListener(type, (event) => {
      const detail = event.detail ?? {};
      const asked = detail.requestConfig ?? detail.ctx ?? {};
      const source = asked.elt ?? asked.sourceElement ?? detail.elt;
      const target = (asked.target ?? detail.target)?.id ?? "";
      if ((source?.id === SUGGESTIONS) !== isForSuggestions || isOther(name, event)) return;
      listener({ source, target, request: detail.ctx ?? detail.xhr, event });
    });
  }
}

/** 4 sends the same events for what is restored and what is not, and those of a swap also where nothing is swapped. */
function isOther(name, { type, detail }) {
  if (!detail?.ctx) return name === "lost";
  const isBack = "HX-History-Restore-Request" in (detail.ctx.request?.headers ?? {});
  if (isBack ? NOT_OF_BACK.includes(name) : OF_BACK.includes(name)) return true;
  return type.endsWith(":swap") && detail.ctx.swap === "none";
}
