"""Builds generations of the Whoosh index. Called by the Whoosh engine, in one process at a time.

A small change makes a generation that shares the old one's segments by hard links, as segments never change, marks
the changed documents deleted (in the new table of contents alone) and adds one segment. Whoosh never merges:
segments of which nothing is left are dropped, and the engine has the documents of small ones given anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from index import schema, words
from index.engine import Document
from index.generations import About, Generations
from index.words import WordsWriter

MEMORY_MEGABYTES = 128
Prove = Callable[[str], None]


def rebuild(generations: Generations, documents: Iterable[Document], sequence: int, prove: Prove) -> None:
    """Publish a generation of these documents alone, if `prove` does not refuse it (`Generations.publish`)."""
    path = generations.new()
    try:
        index = FileIndex.create(_storage(path), schema.SCHEMA)
        count = _commit(path, index, documents, keep=_none)
        generations.publish(path, About(schema.VERSION, sequence, count), prove=prove)
    except BaseException:
        generations.discard(path)
        raise


def extend(
    generations: Generations,
    name: str,
    documents: Iterable[Document],
    gone: Collection[int],
    sequence: int,
    prove: Prove,
) -> None:
    """Publish a generation that differs from `name` by these documents, if `prove` does not refuse it.

    `gone` are the numbers of the documents in `name` to delete, which includes those that `documents` replace.
    """
    path = generations.new()
    try:
        _share(generations.path(name), path)
        index = _open(path)
        count = _commit(path, index, documents, keep=_not_empty, deleted=gone)
        shared = {file: sum for file, sum in generations.checksums(name).items() if _is_shared(file)}
        generations.publish(path, About(schema.VERSION, sequence, count), shared, prove)
    except BaseException:
        generations.discard(path)
        raise


def _commit(
    path: Path,
    index: Any,
    documents: Iterable[Document],
    keep: Callable[[Any, list[Any]], list[Any]],
    deleted: Iterable[int] = (),
) -> int:
    """Give how many documents there are then."""
    writer, beside = index.writer(limitmb=MEMORY_MEGABYTES), WordsWriter(path)
    has_words = False
    try:
        for number in deleted:
            writer.delete_document(number)
        for document in documents:
            writer.add_document(**schema.fields(document))
            beside.add(document)
            has_words = True
    except BaseException:
        writer.cancel()
        beside.discard()
        raise
    segment = writer.newsegment.segment_id()
    writer.commit(mergetype=keep)
    if has_words:
        beside.finish(segment)
    else:
        beside.discard()
    segments = _open(path)._segments()
    _forget(path, {segment.segment_id() for segment in segments})
    return sum(segment.doc_count() for segment in segments)


def _forget(path: Path, kept: Collection[str]) -> None:
    """Remove the words of segments that are no more, and the lock of who has written."""
    for file in path.glob(f"*{words.SUFFIX}"):
        if file.stem not in kept:
            file.unlink()
    for lock in path.glob("*LOCK"):
        lock.unlink()


def _none(_: Any, segments: list[Any]) -> list[Any]:
    return []


def _not_empty(_: Any, segments: list[Any]) -> list[Any]:
    return [segment for segment in segments if segment.doc_count() > 0]


def _share(old: Path, new: Path) -> None:
    for file in old.iterdir():
        if _is_shared(file.name):
            _link(file, new / file.name)
        elif file.suffix == ".toc":
            shutil.copyfile(file, new / file.name)


def _is_shared(file: str) -> bool:
    return file.endswith((".seg", words.SUFFIX))


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without hard links
        shutil.copyfile(old, new)


def _open(path: Path) -> Any:
    return FileIndex(_storage(path), schema=schema.SCHEMA)


def _storage(path: Path) -> FileStorage:
    return FileStorage(str(path))
