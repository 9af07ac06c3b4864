"""From what a server sends to the document that it means, without unpacking a bomb. Called by the client.

A few kilobytes of gzip can mean gigabytes: what is unpacked is counted as it comes out, a little at a time.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator

from index.errors import FetchError
from index.fetching.wire import CHUNK, Answer, megabytes

_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f"


def document(answer: Answer, largest: int) -> bytes:
    """Give the document in an answer, this many bytes at the most. Raises FetchError where it is not to be had."""
    host = answer.line.target.host
    body = io.BytesIO()
    for piece in _pieces(answer, host):
        answer.line.left()
        if body.tell() + len(piece) > largest:
            raise FetchError(f"{host} answers more than {megabytes(largest)}")
        body.write(piece)
    return body.getvalue()


def _pieces(answer: Answer, host: str) -> Iterable[bytes]:
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding in ("", "identity"):
        return answer.chunks()
    if coding in ("gzip", "x-gzip"):
        return _unzipped(answer.chunks(), host)
    raise FetchError(f"{host} packs its answer as {_shown(coding)}, which was not asked for")


def _unzipped(chunks: Iterable[bytes], host: str) -> Iterator[bytes]:
    """Unpack gzip (RFC 1952), which may come in several members; what follows them is left out."""
    unpack, is_empty = zlib.decompressobj(_GZIP), True
    try:
        for packed in chunks:
            is_empty, rest = False, packed
            while rest:
                if unpack.eof:
                    if not rest.startswith(_MAGIC):
                        return
                    unpack = zlib.decompressobj(_GZIP)
                yield unpack.decompress(rest, CHUNK)
                rest = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    except zlib.error as error:
        raise FetchError(f"{host} does not pack its answer as it says") from error
    if not (unpack.eof or is_empty):
        raise FetchError(f"{host} breaks off in the middle of its answer")


def _shown(coding: str) -> str:
    return "".join(sign for sign in coding if sign.isprintable())[:40]
