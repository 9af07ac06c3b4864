"""The generations that a process has open, each read once its files were found to be as they were written.

Called by the Whoosh engine. Damaged files fail in many ways: whatever fails while the index is asked leads to a look at
its files, and the generation is given up, for all processes, where they are not what they were.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from index.columns import Segment
from index.errors import FeedsiftError, IndexMissingError, IndexReadError, IndexUnfitError
from index.generations import About, Generations
from index.proof import Expected
from index.schema import VERSION
from index.searcher import Generation

MOST = 2
_DAMAGED = "The index is damaged; `feedsift reindex` builds it anew."
_NONE = "There is no index yet; `feedsift reindex` builds it."
_OTHER = "The index is of another version; `feedsift reindex` builds it anew."
_log = logging.getLogger(__name__)


class OpenGenerations:
    """The last generations that were asked. Safe to use from any thread."""

    def __init__(self, generations: Generations) -> None:
        """Take the folder of the index; it need not be there yet."""
        self._generations = generations
        # An index that was deleted and built anew may give the same name to something else.
        self._open: OrderedDict[tuple[str, About], Generation] = OrderedDict()
        self._segments: dict[str, Segment] = {}
        self._sound: set[tuple[str, int]] = set()
        """Files of open generations, by name and checksum, that were found to be as they were written."""
        self._guard = threading.Lock()
        self.fallbacks = 0
        """How often another generation than the wanted one has answered."""

    def newest(self, wanted: str = "") -> Generation:
        """Give the newest generation, or the wanted one while it is there; opens it where it is not open.

        Where the system refuses to open anything, what is open goes on answering. Raises IndexMissingError.
        """
        try:
            if wanted and self._generations.is_there(wanted):
                with suppress(IndexMissingError, FileNotFoundError):  # it may be removed at this moment
                    return self._opened(wanted)
            return self._current()
        except OSError:
            with self._guard:
                if not self._open:
                    raise
                self.fallbacks += 1
                return next(reversed(self._open.values()))

    def proven(self, name: str, expected: Expected) -> None:
        """Open a generation that is not in force yet, as a reader will, and look whether it is as expected.

        It stays open, as it is the one to be asked next. Raises IndexUnfitError where it cannot be used, and OSError
        where the system refuses to open it.
        """
        try:
            expected.prove(self._opened(name))
        except (IndexUnfitError, OSError, sqlite3.OperationalError, MemoryError):
            self._drop(name)
            raise
        except Exception as error:  # what is written wrongly fails in many ways
            self._drop(name)
            raise IndexUnfitError("The index that was built cannot be read; the former one stays.") from error

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Have what fails in the block raise IndexMissingError where files are damaged or gone.

        What fails although all files are as they were written is raised as it is, but for what the system refuses:
        that is an IndexReadError.
        """
        try:
            yield
        except FeedsiftError:
            raise
        except Exception as error:
            try:
                self.verify()
                raise
            except OSError as refused:
                raise IndexReadError(f"The index cannot be read: {refused.strerror or refused}.") from error

    def verify(self) -> None:
        """Look at all files of the newest generation. Raises IndexMissingError where they are not as they were written.

        Raises OSError where they cannot be read for a reason that is not theirs.
        """
        while True:
            name = self._generations.current()
            if name and self._generations.is_sound(name):
                return
            if self._generations.current() == name:  # else it may have been removed meanwhile, and the next one counts
                self._give_up(name)
                raise IndexMissingError(_DAMAGED if self._generations.is_begun() else _NONE)

    def _current(self) -> Generation:
        """Open the generation in force; where it ceases to be that and is removed meanwhile, the next one."""
        while True:
            name = self._generations.current()
            try:
                return self._opened(name)
            except (IndexMissingError, FileNotFoundError):
                if self._generations.current() == name:
                    raise

    def _opened(self, name: str | None) -> Generation:
        about = self._generations.about(name) if name else None
        if about and about.schema != VERSION:
            raise IndexMissingError(_OTHER)
        if name is None or about is None:
            raise IndexMissingError(_DAMAGED if self._generations.is_begun() else _NONE)
        key = (name, about)
        with self._guard:
            if key not in self._open:
                self._open[key] = self._read(name)
                while len(self._open) > MOST:
                    self._open.popitem(last=False)
                self._forget()
            self._open.move_to_end(key)
            return self._open[key]

    def _read(self, name: str) -> Generation:
        if not self._generations.is_sound(name, but=self._sound):
            self._give_up(name)
            raise IndexMissingError(_DAMAGED)
        found = Generation(self._generations.path(name), self._segments)
        self._sound.update(self._generations.checksums(name).items())
        return found

    def _drop(self, name: str) -> None:
        with self._guard:
            for key in [key for key in self._open if key[0] == name]:
                del self._open[key]

    def _give_up(self, name: str | None) -> None:
        """Have no process open the generation in force again; any other may be incomplete because it is removed."""
        if name and name == self._generations.current():
            _log.error("the index is damaged: %s", name)
            self._generations.mark_damaged(name)

    def _forget(self) -> None:
        """Forget what belongs to generations that are not open any more."""
        used = {id for generation in self._open.values() for id in generation.segment_ids}
        for id in self._segments.keys() - used:
            del self._segments[id]
        names = {generation.name for generation in self._open.values()}
        self._sound &= {pair for name in names for pair in self._generations.checksums(name).items()}
