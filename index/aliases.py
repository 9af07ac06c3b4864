"""The file that says which tags mean which: `django-web -> django`. Read by whoever opens a library to write to it.

A line is an alias, an arrow and the tag that it means. A number sign at the beginning of a line or behind a space
begins a comment; a name that holds one, or an arrow, stands in double quotes, and a double quote in it is doubled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from index.analysis import tag_key
from index.entries import Tag
from index.errors import AliasError
from index.query import clean_text

Aliases = Mapping[str, Tag]
"""What tags mean, by key: the one at the end of every chain."""

ARROW = "->"
LARGEST_FILE = 16 * 1024 * 1024
"""Bytes: hundreds of thousands of lines."""
LONGEST_LINE = 2_000
_QUOTED = r'"(?:[^"]|"")*"'
_COMMENT = re.compile(rf"((?<![^\s>]){_QUOTED})|(?:^|\s)#.*")
_LINE = re.compile(rf"({_QUOTED}|[^\"\s].*?)\s*->\s*({_QUOTED}|[^\"\s].*?)")


def read(path: Path) -> Aliases:
    """Read a file. Raises AliasError, which names the file and the line, where it makes no sense."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise AliasError(f"{path} is too large for a file of tag aliases.")
        return parse(content.decode("utf-8-sig"), str(path))
    except FileNotFoundError:
        raise AliasError(f"There is no file of tag aliases {path}.") from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise AliasError(f"{path}, line {line}: this is not UTF-8.") from None
    except OSError as error:
        raise AliasError(f"The file of tag aliases {path} cannot be read: {error.strerror or error}.") from None


def parse(text: str, name: str) -> Aliases:
    """Read the text of a file that is called `name` in errors."""
    said: dict[str, tuple[Tag, int]] = {}
    for number, alias, target in _lines(text, name):
        if alias.key == target.key:
            raise AliasError(f"{name}, line {number}: “{alias.name}” and “{target.name}” are one tag already.")
        known, first = said.setdefault(alias.key, (target, number))
        if known.key != target.key:
            raise AliasError(
                f"{name}, line {number}: “{alias.name}” means “{known.name}” on line {first}, and “{target.name}” here."
            )
    return _resolved(said, name)


def written(alias: str, target: str) -> str:
    """Write a line that `parse` reads."""
    return f"{_written(alias)} {ARROW} {_written(target)}"


def _lines(text: str, name: str) -> Iterator[tuple[int, Tag, Tag]]:
    for number, line in enumerate(text.split("\n"), 1):
        said = _COMMENT.sub(lambda match: match[1] or "", line[: LONGEST_LINE + 1]).strip()
        match = _LINE.fullmatch(said) if len(line) <= LONGEST_LINE else None
        alias, target = (_tag(match[1]), _tag(match[2])) if match else (None, None)
        if alias and target:
            yield number, alias, target
        elif said:
            raise AliasError(f"{name}, line {number}: “{_short(said)}” is not like “django-web {ARROW} django”.")


def _tag(text: str) -> Tag | None:
    """Read a name; None where nothing of it can be seen, or an arrow stands in it bare."""
    is_quoted = text.startswith('"')
    name = clean_text(text[1:-1].replace('""', '"') if is_quoted else text)
    key = tag_key(name)
    return Tag(key, name) if key and (is_quoted or ARROW not in name) else None


def _resolved(said: Mapping[str, tuple[Tag, int]], name: str) -> Aliases:
    """Follow each chain to its end; of several spellings of a target, the first one that is written is shown."""
    names: dict[str, str] = {}
    for target, _ in said.values():
        names.setdefault(target.key, target.name)
    ends: dict[str, str] = {}
    for key in said:
        chain, end = {key: None}, _next(key, said, ends)
        while end in said:
            if end in chain:
                raise AliasError(_circle(list(chain)[list(chain).index(end) :], said, name))
            chain[end] = None
            end = _next(end, said, ends)
        ends |= dict.fromkeys(chain, end)
    return {key: Tag(end, names[end]) for key, end in ends.items()}


def _next(key: str, said: Mapping[str, tuple[Tag, int]], ends: Mapping[str, str]) -> str:
    return ends.get(key) or said[key][0].key


def _circle(keys: list[str], said: Mapping[str, tuple[Tag, int]], name: str) -> str:
    listed = f" {ARROW} ".join(f"“{said[key][0].name}”" for key in [keys[-1], *keys])
    return f"{name}, line {max(said[key][1] for key in keys)}: the aliases lead in a circle, {listed}."


def _written(name: str) -> str:
    is_plain = ARROW not in name and not name.startswith('"') and not re.search(r"(^|\s)#", name)
    return name if is_plain else '"' + name.replace('"', '""') + '"'


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
