"""Charts are well-formed SVG that says in words what it shows."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.bench import charts

SVG = "{http://www.w3.org/2000/svg}"


def test_bars_are_longer_where_more_is_measured() -> None:
    tree = ElementTree.fromstring(charts.bars("Pages", {"a & b": 12.0, "Feedsift": 480.0}, " a second"))
    widths = [float(bar.attrib["width"]) for bar in tree.iter(f"{SVG}rect")]
    assert 0 < widths[0] < widths[1] < charts.WIDTH


def test_a_bar_is_as_long_as_the_scale_says() -> None:
    chart = charts.bars("Pages", {"one": 10.0, "two": 100.0, "three": 1_000.0}, "")
    one, two, three = (float(width) for width in re.findall(r'width="([0-9.]+)" height', chart))
    assert one == 0
    assert three - two == pytest.approx(two - one, abs=0.2)


def test_a_chart_says_its_values_in_words() -> None:
    tree = ElementTree.fromstring(charts.bars("Pages", {"a & b": 12.0, "Feedsift": 4_800.0}, ""))
    assert tree.findtext(f"{SVG}title") == "Pages (logarithmic)"
    assert tree.findtext(f"{SVG}desc") == "a & b 12, Feedsift 4,800"


@pytest.mark.parametrize("sizes", [[22, 12_000], [22, 7_336, 12_000, 100_000]])
def test_lines_have_a_point_for_each_size(sizes: list[int]) -> None:
    values = [float(place + 1) for place, _ in enumerate(sizes)]
    tree = ElementTree.fromstring(charts.growth("Cost", sizes, {"median": values, "p95": values}, " ms"))
    points = list(tree.iter(f"{SVG}circle"))
    assert len(points) == 2 * len(sizes)
    heights = [float(point.attrib["cy"]) for point in points[: len(sizes)]]
    assert heights == sorted(heights, reverse=True)


def test_labels_of_sizes_close_together_do_not_run_into_each_other() -> None:
    chart = charts.growth("Cost", [22, 7_336, 12_000, 100_000], {"median": [1.0, 2.0, 3.0, 4.0]}, " ms")
    assert re.findall(r">([\d,]+)</text>", chart) == ["22", "7,336", "100,000"]
