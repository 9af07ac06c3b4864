"""Charts as small SVG: bars, and lines over the size of a library. Called by the report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH = 720
LEFT, RIGHT, TOP = 200, 80, 44
ROW = 30
_STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #1f2933 }
.title { font-weight: 600; font-size: 15px }
.faint { fill: #52606d }
.grid { stroke: #cbd2d9; stroke-width: 1 }
.line { fill: none; stroke-width: 2.5 }
.a { fill: #1f6feb; stroke: #1f6feb }
.b { fill: #b35900; stroke: #b35900 }
.line.a, .line.b { fill: none }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e7eb }
  .faint { fill: #9aa5b1 }
  .grid { stroke: #3e4c59 }
  .a { fill: #6cb6ff; stroke: #6cb6ff }
  .b { fill: #f0a04b; stroke: #f0a04b }
  .line.a, .line.b { fill: none }
}
</style>"""


def bars(title: str, values: Mapping[str, float], unit: str) -> str:
    """Draw a bar for each value, on a logarithmic scale, with the value behind it."""
    least = 10 ** math.floor(math.log10(min(values.values())))
    most = 10 ** math.ceil(math.log10(max(values.values()) * 1.0001))
    height = TOP + ROW * len(values) + 40

    def right(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(value / least) / math.log(most / least)

    parts = []
    for exponent in range(round(math.log10(most / least)) + 1):
        value = least * 10**exponent
        parts.append(f'<path class="grid" d="M{right(value):.1f} {TOP}V{height - 34}"/>')
        parts.append(_text(right(value), height - 16, f"{value:,g}", "middle", "faint"))
    for place, (name, value) in enumerate(values.items()):
        y = TOP + ROW * place
        kind = "a" if name.startswith("Feedsift") else "b"
        parts.append(_text(LEFT - 8, y + 19, name, "end"))
        parts.append(
            f'<rect class="{kind}" x="{LEFT}" y="{y + 5}" width="{right(value) - LEFT:.1f}" height="{ROW - 10}"/>'
        )
        parts.append(_text(right(value) + 6, y + 19, f"{_short(value)}{unit}"))
    summary = ", ".join(f"{name} {_short(value)}{unit}" for name, value in values.items())
    return _svg(f"{title} (logarithmic)", summary, height, parts)


def growth(title: str, sizes: Sequence[int], lines: Mapping[str, Sequence[float]], unit: str) -> str:
    """Draw lines of values over sizes, both on logarithmic scales, so that what grows in proportion is straight."""
    every = [value for values in lines.values() for value in values]
    low, high = 10 ** math.floor(math.log10(min(every))), 10 ** math.ceil(math.log10(max(every)))
    height, bottom, left = 340, 290, 70

    def across(size: float) -> float:
        return left + (WIDTH - left - 130) * math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])

    def up(value: float) -> float:
        return bottom - (bottom - TOP - 10) * math.log(value / low) / math.log(high / low)

    parts = []
    for exponent in range(round(math.log10(high / low)) + 1):
        value = low * 10**exponent
        parts.append(f'<path class="grid" d="M{left} {up(value):.1f}H{WIDTH - 130}"/>')
        parts.append(_text(left - 8, up(value) + 4, f"{value:g}{unit}", "end", "faint"))
    parts += [_text(across(size), bottom + 22, f"{size:,}", "middle", "faint") for size in _apart(sizes)]
    parts.append(_text((left + WIDTH - 130) / 2, bottom + 42, "entries", "middle", "faint"))
    for kind, (name, values) in zip("ab", lines.items(), strict=False):
        points = [(across(size), up(value)) for size, value in zip(sizes, values, strict=True)]
        parts.append(f'<path class="line {kind}" d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in points)}"/>')
        parts += [f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in points]
        parts.append(_text(points[-1][0] + 10, points[-1][1] + 4, f"{name} {_short(values[-1])}{unit}"))
    said = (f"{name}: {', '.join(f'{_short(v)}{unit}' for v in values)}" for name, values in lines.items())
    return _svg(title, f"At {', '.join(f'{size:,}' for size in sizes)} entries. {'. '.join(said)}.", height, parts)


def _apart(sizes: Sequence[int]) -> list[int]:
    """Leave out sizes whose labels would stand in those of the size before."""
    return [size for place, size in enumerate(sizes) if place == 0 or size > 2 * sizes[place - 1]]


def _svg(title: str, summary: str, height: float, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" '
        f'aria-labelledby="title summary">'
    )
    about = f'<title id="title">{escape(title)}</title>\n<desc id="summary">{escape(summary)}</desc>'
    return "\n".join([head, about, _STYLE, _text(12, 24, title, kind="title"), *parts, "</svg>\n"])


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
