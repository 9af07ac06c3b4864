import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index import unchanged
from index.generations import KEPT, About, Generations


@pytest.fixture
def folder(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "index")


def publish(folder: Generations, sequence: int = 1) -> str:
    path = folder.new()
    (path / "data").write_text(str(sequence))
    folder.publish(path, About(schema=1, sequence=sequence, documents=0))
    return path.name


def names(folder: Generations) -> list[str]:
    return sorted(path.name for path in folder.folder.glob("gen-*"))


def test_there_is_no_generation_before_the_first(folder: Generations) -> None:
    assert folder.current() is None
    folder.new()
    assert folder.current() is None


def test_what_the_system_cannot_tell_is_not_taken_for_no_generation(
    folder: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, real = publish(folder), os.stat

    def failing(path: str, **options: Any) -> os.stat_result:
        if str(path).endswith(name):
            raise OSError(errno.EIO, "Input/output error")
        return real(path, **options)

    monkeypatch.setattr(os, "stat", failing)
    with pytest.raises(OSError, match="Input/output"):
        folder.current()


def test_what_is_published_is_in_force(folder: Generations) -> None:
    first = publish(folder, 1)
    assert folder.current() == first
    about = folder.about(first)
    assert about
    assert replace(about, checksum=0) == About(1, 1, 0)
    second = publish(folder, 2)
    assert second > first
    assert folder.current() == second
    assert folder.is_there(first)


def test_only_the_owner_can_read_and_write_it(folder: Generations) -> None:
    publish(folder)
    for path in (folder.folder, folder.path("gen-000001")):
        assert path.stat().st_mode & 0o077 == 0


def test_pruning_keeps_the_newest(folder: Generations) -> None:
    published = [publish(folder, number) for number in range(10)]
    assert names(folder) == published[-KEPT:]
    assert folder.current() == published[-1]
    assert not folder.is_there(published[0])


@pytest.mark.parametrize("step", ["write_text", "fsync", "replace"])
def test_a_kill_before_the_switch_leaves_the_old_one_in_force(
    folder: Generations, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    old = publish(folder)
    path = folder.new()

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path if step == "write_text" else os, step, killed)
        with pytest.raises(KeyboardInterrupt):
            folder.publish(path, About(1, 2, 0))
    assert folder.current() == old
    assert folder.path(old).is_dir()
    last = [publish(folder, number) for number in range(3, 3 + KEPT)]
    assert folder.current() == last[-1]
    assert names(folder) == last


def test_what_was_killed_while_it_was_built_is_removed_by_the_next(folder: Generations) -> None:
    publish(folder)
    abandoned = folder.new()
    (abandoned / "half").write_text("x")
    newest = publish(folder)
    assert not abandoned.exists()
    assert folder.current() == newest


def test_everything_is_on_disk_before_the_switch(folder: Generations, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(handle: int) -> None:
        done.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real_fsync(handle)

    def replace(old: Path, new: Path) -> None:
        done.append("switch")
        real_replace(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    name = publish(folder)
    before = done[: done.index("switch")]
    assert {"data", "about.json", name, "CURRENT.new"} <= set(before)
    assert done[done.index("switch") + 1 :] == ["index"]


@pytest.mark.parametrize("text", ["", "gen-000009", "../..", "gen-1", "x" * 500, "gen-000001/../.."])
def test_a_pointer_to_nothing_is_no_generation(folder: Generations, text: str) -> None:
    publish(folder)
    (folder.folder / "CURRENT").write_text(text)
    assert folder.current() is None


def test_a_damaged_pointer_is_no_generation(folder: Generations) -> None:
    publish(folder)
    (folder.folder / "CURRENT").write_bytes(b"\xff\x00")
    assert folder.current() is None


@pytest.mark.parametrize("name", ["", "..", "gen-000001/..", "CURRENT", "gen-1", "/etc", "gen-000002"])
def test_a_name_from_outside_opens_nothing_else(folder: Generations, name: str) -> None:
    publish(folder)
    assert not folder.is_there(name)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": 1}', '{"schema": 1, "x": 2}', "null"])
def test_a_generation_that_says_nonsense_says_nothing(folder: Generations, text: str) -> None:
    name = publish(folder)
    (folder.path(name) / "about.json").write_text(text)
    assert folder.about(name) is None


def test_what_was_given_up_is_removed(folder: Generations) -> None:
    path = folder.new()
    folder.discard(path)
    assert not path.exists()
    folder.discard(path)


def test_what_is_put_in_force_or_given_up_after_a_while_is_seen_by_who_has_asked(
    folder: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "SETTLED", -60)
    reader = Generations(folder.folder)
    for sequence in (1, 2):
        name = publish(folder, sequence)
        for _ in range(2):
            assert reader.current() == name
            about = reader.about(name)
            assert about
            assert about.sequence == sequence
    folder.mark_damaged(name)
    os.utime(folder.path(name), ns=(1, 1))
    assert reader.about(name) is None
    folder.discard(folder.path(name))
    assert reader.current() is None
