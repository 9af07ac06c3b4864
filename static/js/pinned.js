// The searches that a reader has pinned, each with the newest entry that was known when it was last looked at. They stay
// in this browser; the server hears of them only to say what is new, and what to call them.
const KEY = "feedsift.pins";
const LONGEST = 20_000; // characters; no state that the site makes is longer
const PARAMETERS = /^[!-~]*$/; // as the site writes them: percent-encoded ASCII

export const MOST = 100;

/** Give the pins in the order in which they were made; what means nothing in the storage is as good as nothing. */
export function read() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(found) ? found.filter(isPin).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** Tells whether the browser will remember. */
export function keep(pins) {
  try {
    if (pins.length) localStorage.setItem(KEY, JSON.stringify(pins));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

/** Call `listener` when the pins may have changed meanwhile: in another tab, or before Back to a page that was kept. */
export function onChange(listener) {
  addEventListener("storage", ({ key }) => (key === KEY || key === null) && listener());
  addEventListener("pageshow", ({ persisted }) => persisted && listener());
}

function isPin(pin, at, all) {
  if (typeof pin?.state !== "string" || pin.state.length > LONGEST || !PARAMETERS.test(pin.state)) return false;
  if (!Number.isSafeInteger(pin.seen) || pin.seen < 0) return false;
  return all.findIndex((other) => other?.state === pin.state) === at;
}
