"""From what a person names (address, file, `-`) to the address of a document. Called by the library."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from index.errors import SourceError
from index.fetching import client
from index.rules import MEGABYTE, OWN

STDIN = "stdin:"
_LOOKS_LIKE_A_HOST = re.compile(
    r"(?!.*\.(?:xml|atom|rss|json|opml|html?)$)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[:/?#].*)?", re.I
)


def address(name: str) -> str:
    """Give the address of what a SOURCE names: http(s), file: or stdin:. Raises SourceError where a file is not there.

    What kind of document it leads to is seen only when that is read.
    """
    if name == "-":
        return STDIN
    if _scheme(name) in ("http", "https"):
        return plain(name)
    if not name.strip():
        raise SourceError("an empty name is no source")
    if name.lower().startswith(("http://", "https://")):
        raise SourceError("this address is not written as addresses are")
    if "://" in name and _scheme(name) != "file":
        raise SourceError(f"only http and https addresses can be fetched, not {name.partition(':')[0]}:")
    path = _path(name)
    if _is_passing(path):
        return path.absolute().as_uri()
    _opened(path, 1)
    return path.resolve().as_uri()


def plain(url: str) -> str:
    """Give an address on the web as most write it: small letters in scheme and host, no usual port, no fragment."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port not in (None, {"http": 80, "https": 443}.get(parts.scheme)) else ""
    except ValueError:
        return url  # what fetches it will say so
    user, at, _ = parts.netloc.rpartition("@")
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=f"{user}{at}{host}{port}", path=parts.path or "/", fragment="").geturl()


def is_own(url: str) -> bool:
    """Tell whether this is no address on the web, but something on this machine that the operator named."""
    return _scheme(url) not in ("http", "https")


def body(url: str) -> bytes:
    """Read a file or standard input. Raises SourceError in a sentence."""
    found = sys.stdin.buffer.read(OWN.body + 1) if url == STDIN else _opened(_path(url), OWN.body + 1)
    if len(found) > OWN.body:
        raise SourceError(f"{public_name(url)} is larger than {OWN.body // MEGABYTE} MB")
    return found


def lasting_name(url: str, identity: str) -> str:
    """Give what names a feed in the store: one that came by standard input or a pipe has to say itself who it is."""
    is_passing = url == STDIN or (_scheme(url) == "file" and _is_passing(_path(url)))
    return STDIN + identity if is_passing else url


def public_name(url: str) -> str:
    """Give what a feed's address may be called on a page: the rest can hold secrets, or say how a disk is laid out."""
    if url.startswith(STDIN):
        return "Standard input"
    return _path(url).name if _scheme(url) == "file" else client.host(url)


def site(url: str) -> tuple[str, str]:
    """Give scheme and host, with its port, of an address on the web; else twice nothing."""
    if is_own(url):
        return "", ""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2].lower()


def _scheme(name: str) -> str:
    try:
        return urlsplit(name).scheme
    except ValueError:
        return ""


def _path(name: str) -> Path:
    if _scheme(name) == "file":
        return Path(unquote(urlsplit(name).path))
    try:
        return Path(name).expanduser()
    except RuntimeError:  # no such user
        return Path(name)


def _is_passing(path: Path) -> bool:
    """Say whether this is a pipe or a device: to be read once, under a name that may mean something else tomorrow."""
    try:
        return path.is_fifo() or path.is_char_device()
    except ValueError:  # a NUL in the name
        return False


def _opened(path: Path, size: int) -> bytes:
    """Give the first bytes of a file, `size` at the most."""
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder, not a feed")
        with path.open("rb") as file:
            return file.read(size)
    except FileNotFoundError:
        hint = f"; did you mean https://{path}?" if _LOOKS_LIKE_A_HOST.fullmatch(str(path)) else ""
        raise SourceError(f"there is no file {path}, and it is no http(s) address{hint}") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
