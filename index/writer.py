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
from whoosh.writing import SegmentWriter

from index import schema, words
from index.codec import Codec
from index.engine import Document
from index.generations import About, Generations
from index.inversion import Inversion
from index.vocabulary import Vocabulary
from index.words import WordsWriter

Prove = Callable[[str], None]


class Writer(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer of segments, but for posting lists: they are made of all documents together."""

    def __init__(self, index: Any, folder: Path) -> None:
        """Take a Whoosh index and its folder."""
        super().__init__(index, codec=Codec())
        vocabulary = Vocabulary()
        self._fields = {name: Inversion(folder, vocabulary) for name, field in self.schema.items() if field.indexed}

    def add_document(self, **fields: Any) -> None:
        """Take a document, as `schema.fields` gives it."""
        self.perdocwriter.start_doc(self.docnum)
        for name, value in fields.items():
            field = self.schema[name]
            if field.indexed:
                length = self._fields[name].add(value)
                self.perdocwriter.add_field(name, field, None, length)
            else:
                self.perdocwriter.add_column_value(name, field.column_type, value)
        self.perdocwriter.finish_doc()
        self._added = True
        self.docnum += 1

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        for name in sorted(self._fields):
            self.fieldwriter.start_field(name, self.schema[name])
            for text, block in self._fields[name].lists():
                self.fieldwriter.add_list(text, block)
            self.fieldwriter.finish_field()
        self.fieldwriter.close()


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
    writer, beside = Writer(index, path), WordsWriter(path)
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
