"""One document from where it is to what it says: fetched and read, without a look at the store. Called in threads."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from index import sources
from index.errors import SeveralFeedsError, SourceError
from index.fetching.client import Client, Response, host
from index.reading import process
from index.reading.process import FeedReading, ListReading, Material, PageReading
from index.rules import OWN, Limits

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps of it are done, and out of how many."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to bring, and what is known of it."""

    url: str
    base: str = ""
    """Where relative links in it start from, if not at its own address."""
    etag: str = ""
    modified: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    """Digests of its feed's entries by name."""
    is_known: bool = False
    """True for what was a feed before: a page there is a fault, and no way to another feed."""
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """A document that came, or `error`."""

    url: str
    """What names the feed: another address than was wanted where that led to a page."""
    reading: FeedReading | ListReading | None = None
    """None where nothing has changed."""
    response: Response | None = None
    """None where it came from this machine."""
    error: SourceError | None = None


class Bringer:
    """Fetches and reads."""

    def __init__(self, client: Client, limits: Limits) -> None:
        """Take who fetches, and the limits for what comes over the network."""
        self._client = client
        self._limits = limits

    def bring(self, wanted: Wanted) -> Brought:
        """Bring a document. Never raises: whatever happens to one feed, the others go on."""
        try:
            return self._own(wanted) if sources.is_own(wanted.url) else self._fetched(wanted)
        except SourceError as error:
            return Brought(wanted.url, error=error)
        except OSError as error:  # no room for what is read, no more files: the feed cannot help it
            _log.warning("a document cannot be brought: %s", error)
            return Brought(wanted.url, error=SourceError(f"this machine cannot read it: {error.strerror or error}"))
        except Exception as error:
            _log.exception("a document cannot be brought")
            return Brought(wanted.url, error=SourceError(f"it cannot be read ({type(error).__name__})"))

    def _own(self, wanted: Wanted) -> Brought:
        material = Material(sources.body(wanted.url), wanted.url)
        reading = process.read(material, OWN, wanted.known, wanted.progress)
        if isinstance(reading, PageReading):
            raise SourceError("it is a page, not a feed")
        return Brought(wanted.url, reading)

    def _fetched(self, wanted: Wanted) -> Brought:
        response = self._client.get(wanted.url, wanted.etag, wanted.modified)
        if response.status == HTTPStatus.NOT_MODIFIED:
            return Brought(wanted.url, response=response)
        reading = self._read(wanted, response)
        if not isinstance(reading, PageReading):
            return Brought(wanted.url, reading, response)
        if wanted.base:
            raise SourceError("it is a page, not a part of a feed")
        if wanted.is_known:
            raise SourceError(f"{host(wanted.url)} answers with a page where its feed was")
        url = _only(response.url, reading)
        response = self._client.get(url)
        reading = self._read(wanted, response)
        if isinstance(reading, PageReading):
            raise SourceError(f"what {host(response.url)} is said to have as its feed is a page")
        return Brought(url, reading, response)

    def _read(self, wanted: Wanted, response: Response) -> process.Reading:
        material = Material(response.body, wanted.base or response.url, response.content_type)
        return process.read(material, self._limits, wanted.known, wanted.progress)


def _only(page: str, reading: PageReading) -> str:
    if not reading.links:
        raise SourceError(f"{host(page)} answers with a page that links to no feed")
    if len(reading.links) > 1:
        raise SeveralFeedsError(page, reading.links)
    return reading.links[0].url
