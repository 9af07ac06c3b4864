"""Looking after a library from the command line: copies of it, damage in it. Called by `webapp.cli`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from index import MEGABYTE, Difference, Library
from webapp import console

LISTED = 20
"""Entries that are named of those that differ."""


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


def repair(library: Library) -> None:
    """Mend what can be mended, which is the index, and say what that has done."""
    progress = console.Progress()
    done = library.repair(progress)
    progress.close()
    if done.is_rebuilt:
        click.echo("The index was built anew.")
    elif done.is_updated:
        click.echo("What the index lacked was added.")
    for name in done.removed:
        click.echo(f"Removed {name}, which a build had left behind.")


def check(library: Library) -> int:
    """Look for damage, say what was found, a line for each thing, and what helps; gives the exit code."""
    findings = library.examine()
    for problem in findings.store:
        click.echo(f"store: {problem}")
    for line in _listed(findings.difference):
        click.echo(line)
    if findings.store:
        click.echo("The store is damaged. Nothing can mend that; bring back a copy of it.")
    elif findings.index:
        raise click.ClickException(findings.index)
    elif findings.difference:
        click.echo("Store and index differ; `feedsift check --repair` mends that.")
    else:
        click.echo(f"Store and index agree on {library.store.count()} entries.")
    return 1 if findings else 0


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


def _listed(difference: Difference) -> Iterator[str]:
    for what, ids in asdict(difference).items():
        if ids:
            named = ", ".join(map(str, ids[:LISTED])) + (" …" if len(ids) > LISTED else "")
            yield f"{what.replace('_', ' ')}: {len(ids)} entries: {named}"
