"""The one tree of errors that this package raises on purpose. Each message is a sentence for a person."""

from __future__ import annotations

from http import HTTPStatus

from index.entries import FoundFeed


class FeedsiftError(Exception):
    """Anything that went wrong in a way that can be explained in one sentence."""


class SourceError(FeedsiftError):
    """A source (address, page, file, OPML list) cannot be read, or holds no feed."""


class FetchError(SourceError):
    """An address gave no document. `status` is the HTTP status, 0 where there was no answer at all."""

    def __init__(self, message: str, status: int = 0, retry_after: int | None = None) -> None:
        """Take a sentence that names no more of the address than its host, and the seconds that the server asks for."""
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after

    @property
    def is_gone(self) -> bool:
        """True where the server says that there will never be anything again."""
        return self.status == HTTPStatus.GONE


class SeveralFeedsError(SourceError):
    """A web page links to several feeds, and the caller has to choose one of `feeds`."""

    def __init__(self, page: str, feeds: tuple[FoundFeed, ...]) -> None:
        """Take the page's address and the feeds that it links to, best first."""
        super().__init__(f"{page} links to several feeds; name one of them")
        self.page = page
        self.feeds = feeds


class ReadingError(SourceError):
    """A document holds no feed, or reading it takes more than its limits allow. One plain sentence says which."""


class FeedNotFoundError(FeedsiftError):
    """No feed in the library has this number or address."""


class AliasError(FeedsiftError):
    """A file of tag aliases cannot be used; the message names the file and the line."""


class StoreError(FeedsiftError):
    """The store cannot be opened: no permission, damaged, or written by a newer program."""


class LibraryBusyError(FeedsiftError):
    """Another process has been writing to the library for longer than the caller would wait."""


class IndexReadError(FeedsiftError):
    """The index cannot be read just now, for want of permission, files or memory; it is not known to be damaged."""


class IndexWriteError(FeedsiftError):
    """A generation of the index cannot be written, as the disk is full or for some such reason; the former stays."""


class IndexUnfitError(IndexWriteError):
    """A generation of the index was written, and does not hold what it has to; the former stays."""


class IndexMissingError(FeedsiftError):
    """There is no usable index; it can be rebuilt from the store at any time."""


class SearchTimeError(FeedsiftError):
    """A search would take longer than it may, and part of an answer is of no use. Asked again, it goes on."""
