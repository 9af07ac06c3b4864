"""Columns of a segment, as they are written and read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from whoosh.columns import Column, NumericColumn
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

from index.column_types import Labels, Numbers, narrow


def written(folder: Path, column: Column, values: dict[int, Any], count: int) -> Any:
    """Write values of some of the documents; gives Whoosh's reader of them."""
    storage = FileStorage(str(folder))
    with storage.create_file("column") as file:
        file.write(b"before")
        writer = column.writer(file)
        for number, value in values.items():
            writer.add(number, value)
        writer.finish(count)
    content = (folder / "column").read_bytes()
    return column.reader(BufferFile(content), len(b"before"), len(content) - len(b"before"), count)


@pytest.mark.parametrize("kind", ["q", "i", "b"])
def test_numbers_are_read_at_once_and_one_by_one(tmp_path: Path, kind: str) -> None:
    reader = written(tmp_path, Numbers(kind), {0: 5, 2: -7, 3: 0}, 6)
    assert reader.load().tolist() == list(reader) == [5, 0, -7, 0, 0, 0]


def test_numbers_that_whoosh_has_written_are_read(tmp_path: Path) -> None:
    values = {1: 2**40, 3: -1}
    written(tmp_path, NumericColumn("q"), values, 5)
    content = (tmp_path / "column").read_bytes()
    reader = written(tmp_path, Numbers("q"), values, 5)
    assert (tmp_path / "column").read_bytes() == content
    assert reader.load().tolist() == [0, 2**40, 0, -1, 0]


@pytest.mark.parametrize("labels", [[], [["a"]], [["b", "a"], [], ["a", "é\n"], ["c"]], [[str(n)] for n in range(300)]])
def test_labels_are_those_of_each_document(tmp_path: Path, labels: list[list[str]]) -> None:
    reader = written(
        tmp_path, Labels(), {number: found for number, found in enumerate(labels) if found}, len(labels) + 1
    )
    assert [reader[number] for number in range(len(labels) + 1)] == [*labels, []]
    lists = reader.load()
    assert lists.sizes.tolist() == [*map(len, labels), 0]
    assert [lists.labels[code] for code in lists.codes] == [label for found in labels for label in found]
    assert lists.labels == list(dict.fromkeys(label for found in labels for label in found))


@pytest.mark.parametrize(("numbers", "width"), [([], 1), ([255], 1), ([0, 256], 2), ([65_536], 4), ([2**32], 8)])
def test_numbers_take_as_few_bytes_as_they_need(numbers: Sequence[int], width: int) -> None:
    assert (narrow(numbers).tolist(), narrow(numbers).itemsize) == (list(numbers), width)
