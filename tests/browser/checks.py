"""What can be measured of a page for WCAG 2.2: each check gives a list of what is wrong, empty where nothing is."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests import packages

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_STOPS = 400
ALL_CONTROLS = "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']"

_FOCUS = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const whole = at.getClientRects()[0];
  const y = Math.max(whole.y, 0); // what is taller than the window cannot be seen whole
  const box = new DOMRect(whole.x, y, whole.width, Math.min(whole.bottom, innerHeight) - y);
  const inset = Math.min(8, box.width / 4, box.height / 4); // inside of rounded corners
  const [left, right] = [box.left + inset, box.right - inset];
  const [top, bottom] = [box.top + inset, box.bottom - inset];
  const points = [[left, top], [right, top], [left, bottom], [right, bottom], [(left + right) / 2, (top + bottom) / 2]];
  const seen = points.filter(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (top === at || at.contains(top));
  }).length;
  const style = getComputedStyle(at);
  const hasRing = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const name = at.id || (at.innerText || at.getAttribute("aria-label") || at.tagName).trim().slice(0, 40);
  const all = [...document.querySelectorAll(CONTROLS)].filter((control) => control.checkVisibility());
  return { name, place: all.indexOf(at), count: all.length, seen, hasRing, width: box.width, height: box.height };
}
""".replace("CONTROLS", f'"{ALL_CONTROLS}"')

_CLIPPED = """
() => [...document.querySelectorAll("a, button, label, h1, h2, h3, p, legend, dt, dd, th, summary")]
  .filter((element) => element.checkVisibility() && !element.closest(".vh, .skip")
    && getComputedStyle(element).overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.outerHTML.slice(0, 100))
"""

_TOO_WIDE = """
() => {
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const isInScroller = (element) => {
    for (let up = element; up && up !== document.documentElement; up = up.parentElement) if (scrolls(up)) return true;
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility() && !element.closest(".vh, .skip, #progress"))
    .filter((element) => !isInScroller(element) && (element.getBoundingClientRect().right > innerWidth + 1
      || element.getBoundingClientRect().left < -1))
    .map((element) => element.outerHTML.slice(0, 100));
}
"""

_SMALL = """
() => [...document.querySelectorAll("a, button, select, summary, input:not([type=hidden]), [role=option]")]
  .filter((element) => element.checkVisibility() && !element.closest(".vh, .skip, .prose"))
  .filter((element) => getComputedStyle(element).display !== "inline"
    || element.parentElement.textContent.trim() === element.textContent.trim()) // in a sentence they are as high as it
  .map((element) => [element.getBoundingClientRect(), element])
  .filter(([box]) => box.width < 24 || box.height < 24)
  .map(([box, element]) => `${box.width}x${box.height}: ${element.outerHTML.slice(0, 100)}`)
"""

_HAS_CONTRAST = """
(selector) => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).slice(0, 3)
      .map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const element = document.querySelector(selector);
  let ground = element;
  while (ground && channels(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
  const colors = [getComputedStyle(element).color, getComputedStyle(ground ?? document.body).backgroundColor];
  if (colors.some((color) => !color.startsWith("rgb(") || getComputedStyle(element).opacity !== "1")) return false;
  const [light, dark] = colors.map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05) >= 4.5;
}
"""
"""WCAG 1.4.3, by the formulas of "contrast ratio" and "relative luminance": opaque text on an opaque ground."""

_RUN_AXE = """
async (options) => {
  const { violations, incomplete, passes } = await axe.run(document, options);
  return { violations, incomplete, passed: passes.map((rule) => rule.id) };
}
"""
"""What passed is long: to hand out all of it takes longer than to find it, most of all from Firefox."""

_SPACED = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }
"""


def overflow(page: Page) -> list[str]:
    """WCAG 1.4.10: nothing makes the page scroll sideways, or is cut off at its side."""
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    wide = [f"the page is {width} px wide, the window {room}"] if width > room else []
    return [*wide, *page.evaluate(_TOO_WIDE)]


def space_text(page: Page) -> None:
    """WCAG 1.4.12: set lines, words and letters further apart, as some readers do."""
    # A style sheet that a script makes: the policy of the site lets no other in.
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets.push(sheet) }",
        _SPACED,
    )


def clipped(page: Page) -> list[str]:
    """No text is cut off by the box that it stands in, or by the window."""
    return [*page.evaluate(_CLIPPED), *overflow(page)]


def small_targets(page: Page) -> list[str]:
    """WCAG 2.5.8: whatever can be pressed is 24 px wide and high; links in a sentence are excepted."""
    return list(page.evaluate(_SMALL))


def tab_walk(page: Page, key: str = "Tab") -> tuple[list[dict[str, Any]], list[str]]:
    """WCAG 2.1.1, 2.1.2, 2.4.3, 2.4.7, 2.4.11: go on with one key from what has the focus, until the page ends.

    Gives the stops and the faults. At the end the focus leaves the page, or begins anew where there is no way out.
    """
    stops: list[dict[str, Any]] = []
    faults: list[str] = []
    while (stop := page.evaluate(_FOCUS)) and not (stops and stop["name"] == stops[0]["name"]):
        stops.append(stop)
        if stop["seen"] < 5:
            faults.append(f"{stop['name']}: {5 - stop['seen']} of 5 points are covered")
        if not stop["hasRing"]:
            faults.append(f"{stop['name']}: no visible focus")
        if len(stops) > MOST_STOPS:
            return stops, [*faults, "the walk does not end"]
        page.keyboard.press(key)
    return stops, faults


def axe(page: Page, *rules: str) -> list[str]:
    """Give what axe finds against WCAG 2.2 A and AA and its best practices, or against some rules alone.

    What axe could not decide counts too, but for text in a box that scrolls, of which it does not see the ground: the
    colours of such text are measured here.
    """
    found = _axe(page, *rules)
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]} {node['failureSummary']}"
        for kind in ("violations", "incomplete")
        for rule in found[kind]
        for node in rule["nodes"]
        if kind == "violations" or rule["id"] != "color-contrast" or not _has_contrast(page, node["target"])
    ]


def _has_contrast(page: Page, target: list[str]) -> bool:
    """Measure what axe could not; in a frame, nothing is."""
    return len(target) == 1 and bool(page.evaluate(_HAS_CONTRAST, target[0]))


def has_run(page: Page, rule: str) -> bool:
    """Tell whether axe looked at anything with a rule."""
    return rule in _axe(page)["passed"]


def _axe(page: Page, *rules: str) -> dict[str, Any]:
    for frame in page.frames:  # in a frame, axe is asked by the axe of the page
        if not frame.evaluate("'axe' in window"):
            frame.evaluate(packages.AXE.read_text())
    return dict(page.evaluate(_RUN_AXE, {"runOnly": list(rules) or RULES}))
