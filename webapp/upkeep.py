"""Looking after a library from the command line: copies of it. Called by `webapp.cli`."""

from __future__ import annotations

from pathlib import Path

import click

from index import MEGABYTE, Library


def library_in(folder: Path) -> None:
    """Make sure that there is a library to look after. Raises click.ClickException where there is none."""
    if not Library.is_in(folder):
        raise click.ClickException(f"There is no library in {folder}; `--data` names its folder.")


def back_up(library: Library, file: Path, *, replaces: bool) -> str:
    """Write a copy of the library to a file, which `replaces` one of that name; gives a sentence.

    Raises click.ClickException with another one where that cannot be.
    """
    if reason := _reason_against(library, file, replaces=replaces):
        raise click.ClickException(reason)
    library.backup(file)
    return f"Copied the library to {file}: {_size(file.stat().st_size)}."


def _reason_against(library: Library, file: Path, *, replaces: bool) -> str:
    if file.is_dir():
        return f"{file} is a folder; name a file in it."
    if not file.parent.is_dir():
        return f"There is no folder {file.parent}."
    if file.resolve().parent == library.folder.resolve():
        return f"{file} is in the folder of the library itself; a copy belongs elsewhere."
    if file.exists() and not replaces:
        return f"{file} is there already; `--force` replaces it."
    return ""


def _size(bytes: int) -> str:
    return f"{bytes / MEGABYTE:,.1f} MB"
