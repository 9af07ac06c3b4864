"""One writer at a time, over all processes and threads. The operating system lets the lock go when its holder dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryBusyError, StoreError

SECONDS = 600.0


class WriteLock:
    """The lock file of a library; one holder at a time, who may take it again."""

    def __init__(self, path: Path, on_wait: Callable[[], None]) -> None:
        """Take the file, and whom to tell when somebody else is writing."""
        self._lock = FileLock(path)
        self._on_wait = on_wait

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. Raises LibraryBusyError where another does for longer than SECONDS.

        Raises StoreError where its folder cannot be written.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self._on_wait()
            self._wait()
        except OSError as error:
            folder = Path(self._lock.lock_file).parent
            raise StoreError(f"{folder} cannot be written: {error.strerror or error}.") from error
        try:
            yield
        finally:
            self._lock.release()

    def _wait(self) -> None:
        try:
            self._lock.acquire(timeout=SECONDS)
        except Timeout:
            folder = Path(self._lock.lock_file).parent
            raise LibraryBusyError(
                f"Another process has been writing to {folder} for {SECONDS / 60:.0f} minutes."
            ) from None
