"""What processes take of the system (Linux): memory, open files, children. For the commands that measure."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MEGABYTE = 1024 * 1024


class Reading(NamedTuple):
    """What a process has at a moment."""

    memory: int
    """Bytes that are in memory."""
    files: int
    """Open files and sockets."""


def taken(process: int) -> Reading:
    """Look at a process."""
    folder = Path("/proc", str(process))
    match = re.search(r"^VmRSS:\s+(\d+) kB$", (folder / "status").read_text(encoding="ascii"), re.MULTILINE)
    return Reading(int(match[1]) * 1024 if match else 0, len(list((folder / "fd").iterdir())))


def children(process: int) -> Iterator[int]:
    """Give the children of a process, whichever of its threads has them."""
    with suppress(FileNotFoundError):
        for thread in Path("/proc", str(process), "task").iterdir():
            yield from map(int, (thread / "children").read_text(encoding="ascii").split())


def workers(server: int) -> list[int]:
    """Give the processes in which a server answers requests."""
    return sorted(child for child in children(server) if b"spawn_main" in _command(child))


def room_for_files(number: int) -> int:
    """Let this process open so many files, as far as it may; gives how many it may open now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = number if hard == resource.RLIM_INFINITY else min(number, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most
    return soft


def _command(process: int) -> bytes:
    return Path("/proc", str(process), "cmdline").read_bytes()
