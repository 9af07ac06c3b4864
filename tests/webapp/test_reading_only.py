"""A site over a library that cannot be written: it starts, and shows what there is."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from index import Library
from index.storage.database import Database
from tests.documents import atom, entry
from tests.webapp.commands import Shell
from webapp import serving


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was served, without a server."""
    served: list[object] = []
    monkeypatch.setattr(serving, "serve", served.append)
    return served


def test_a_site_starts_where_its_library_may_only_be_read(
    filled: Shell, served: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "_can_only_be_read", lambda _: True)
    assert filled.run("serve").code == 0
    assert len(served) == 1
    done = filled.run("serve", filled.file("other.atom", atom(entry("urn:other"))))
    assert (done.code, len(served)) == (0, 2)
    assert "cannot be written: it may only be read here.\n" in done.err
    assert "Serving what there is.\n" in done.err


def test_a_site_starts_where_there_is_no_room_for_an_index_of_all(
    filled: Shell, served: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(filled.data)
    list(library.add(str(filled.file("late.atom", atom(entry("urn:late"))))))
    assert library.behind
    library.close()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = filled.run("serve")
    assert (done.code, len(served)) == (0, 1)
    assert "The index at" in done.err
    assert "cannot be written: No space left on device.\n" in done.err
    monkeypatch.undo()
    assert Library(Path(filled.data)).is_indexed
