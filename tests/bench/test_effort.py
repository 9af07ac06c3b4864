"""Which libraries a run measures with."""

from __future__ import annotations

import pytest

from tests.bench import libraries
from tests.bench.parts import EVERY, PARTS, Effort


@pytest.fixture(autouse=True)
def every(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "every", list)


def test_a_quick_run_makes_no_large_library() -> None:
    assert list(Effort(is_quick=True).libraries(EVERY)) == ["small", "12000"]
    assert [Effort(is_quick=True).rounds(number) for number in (1, 3, 5)] == [1, 1, 1]


def test_a_whole_run_measures_with_all() -> None:
    assert list(Effort().libraries(EVERY)) == ["small", "real", "12000", "100000"]
    assert Effort().rounds(5) == 5


def test_a_further_library_is_for_the_parts_that_look_at_growth() -> None:
    effort = Effort(more=("1000000",))
    assert list(effort.libraries(EVERY))[-1] == "1000000"
    assert [name for name, (_, sizes) in PARTS.items() if "1000000" in effort.libraries(sizes)] == [
        "asking",
        "deep",
        "limits",
        "starting",
    ]
