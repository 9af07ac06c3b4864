// What a reader has chosen on the page of settings. It stays in this browser; nothing of it is sent.
const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const DEFAULTS = { theme: "system", size: "normal", density: "normal", auto: isCalm ? "off" : "on", keys: "on" };
const VALUES = {
  theme: ["system", "light", "dark"],
  size: ["normal", "large", "largest"],
  density: ["normal", "compact"],
  auto: ["on", "off"],
  keys: ["on", "off"],
};
const kept = {}; // where the browser keeps nothing for this site, until the page is left

export const names = Object.keys(DEFAULTS);

export function read(name) {
  const value = kept[name] ?? stored(name);
  return VALUES[name].includes(value) ? value : DEFAULTS[name];
}

/** Keep a choice, or with null go back to what holds without one. Tells whether the browser will remember. */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(`feedsift.${name}`);
    else localStorage.setItem(`feedsift.${name}`, value);
    delete kept[name];
    return true;
  } catch {
    kept[name] = value ?? DEFAULTS[name];
    return false;
  }
}

function stored(name) {
  try {
    return localStorage.getItem(`feedsift.${name}`);
  } catch {
    return null;
  }
}
