"""Libraries that are measured are kept as long as they fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import libraries
from tests.documents import atom, entry


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(libraries, "ROOT", tmp_path)
    monkeypatch.setattr(libraries, "KEPT", tmp_path / "build")
    monkeypatch.delenv("FEEDS", raising=False)
    return tmp_path / "build"


def test_a_made_up_library_has_as_many_entries_as_its_name_says_and_is_made_once(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = libraries.ready("40")
    assert first is not None
    assert (first.entries, first.title) == (40, "40 entries (made up)")
    monkeypatch.setattr(libraries, "_make", None)
    assert libraries.ready("40") == first


def test_a_library_of_another_seed_is_made_anew(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with libraries.ready("20").opened() as library:
        before = library.entry(1).title
    monkeypatch.setattr(libraries, "SEED", 2)
    with libraries.ready("20").opened() as library:
        assert library.entry(1).title != before


def test_an_index_that_is_gone_is_built_again(kept: Path) -> None:
    assert libraries.ready("20")
    (kept / "libraries" / "20" / "index" / "CURRENT").unlink()
    with libraries.ready("20").opened() as library:
        assert library.behind == 0


def test_without_real_feeds_their_library_is_left_out_and_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FEEDS", str(tmp_path / "none"))
    assert list(libraries.every(["real"])) == []
    assert "the library of real feeds is left out" in capsys.readouterr().out


def test_real_feeds_are_all_those_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDS", str(tmp_path))
    for name in ("one", "two"):
        head = f"<link rel='self' href='https://{name}.example/feed'/>"
        (tmp_path / f"{name}.atom").write_bytes(atom(entry(f"urn:{name}"), title=name, head=head))
    found = libraries.ready("real")
    assert found is not None
    assert found.entries == 2
