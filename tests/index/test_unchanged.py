import os
from pathlib import Path

import pytest

from index import unchanged
from index.unchanged import Unchanged


class Reader:
    """Reads a file, and counts how often."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.times = 0
        self._unchanged: Unchanged[str] = Unchanged()

    def read(self) -> str:
        return self._unchanged.get((str(self.path),), self._text)

    def _text(self) -> str:
        self.times += 1
        return self.path.read_text() if self.path.exists() else ""


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    (tmp_path / "file").write_text("one")
    return Reader(tmp_path / "file")


@pytest.fixture
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "SETTLED", -60)


@pytest.mark.usefixtures("_later")
def test_what_stays_as_it_is_is_read_once(reader: Reader) -> None:
    assert [reader.read() for _ in range(3)] == ["one"] * 3
    assert reader.times == 1


@pytest.mark.usefixtures("_later")
def test_what_takes_its_place_is_read(reader: Reader) -> None:
    reader.read()
    other = reader.path.with_name("other")
    other.write_text("two")
    other.replace(reader.path)
    assert reader.read() == "two"


@pytest.mark.usefixtures("_later")
def test_what_is_changed_in_its_place_is_read(reader: Reader) -> None:
    reader.read()
    reader.path.write_text("two")
    os.utime(reader.path, ns=(1, 1))
    assert reader.read() == "two"


@pytest.mark.usefixtures("_later")
def test_what_comes_and_goes_is_noticed(reader: Reader) -> None:
    reader.read()
    reader.path.unlink()
    assert reader.read() == ""
    reader.path.write_text("three")
    assert reader.read() == "three"


def test_what_was_written_a_moment_ago_is_read_each_time(reader: Reader) -> None:
    assert [reader.read() for _ in range(3)] == ["one"] * 3
    assert reader.times == 3
