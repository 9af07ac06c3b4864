// An address with one parameter many times, in as many parts as it takes for servers to bear with each.
const LONGEST = 7_000; // characters; web servers in front take 8,000 of them
const MOST = 25; // webapp/pins.py looks into no more pins at once

/** Give the addresses on `path` that together hold every one of `values` as the parameter `name`. */
export function inParts(path, name, values, most = MOST) {
  const parts = [];
  for (const value of values) {
    const parameter = `${name}=${encodeURIComponent(value)}`;
    const last = parts.at(-1);
    if (last?.length < most && last.join("&").length + parameter.length < LONGEST) last.push(parameter);
    else parts.push([parameter]);
  }
  return parts.map((parameters) => `${path}?${parameters.join("&")}`);
}
