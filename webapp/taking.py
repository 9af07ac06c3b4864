"""Taking feeds in from the command line: a line for each feed as it is done, a bar meanwhile, the exit code."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator

import click

from index import Feed, IndexWriteError, Intake, Library, SeveralFeedsError, SourceError, StoreError
from webapp import choosing, console

Run = Callable[[console.Progress], Iterator[Intake]]


def add(library: Library, names: Iterable[str], *, is_start: bool = False) -> int:
    """Take in what SOURCEs name; gives the exit code.

    `is_start`: what is known is not asked before its time, and a library that was there before without a usable index
    is left to those who serve it.
    """
    runs = {name: _adding(library, name, is_start=is_start) for name in names}
    if is_start and library.store.count() and not library.is_indexed:
        click.echo("The index has to be built anew; pages say so until that is done.", err=True)
        progress = console.Progress()
        code = _all(library, runs, progress)
        progress.close()
        return code
    return _started_with(library, runs) if is_start else _taken_in(library, runs)


def refresh(library: Library, names: Iterable[str]) -> int:
    """Fetch the feeds with these numbers or addresses at once, or without any those that are due."""
    named = [library.feed(name) for name in names]
    if named:
        return _refreshed(library, named)
    holder = secrets.token_hex(8)
    if not library.take_turn(holder):
        click.echo(
            "Another process keeps these feeds fresh, or did so until a few minutes ago. "
            "Naming a feed fetches it all the same."
        )
        return 0
    try:
        due = library.due(is_asked_for=True)
        code = _taken_in(library, {"": lambda progress: _in_turn(library, due, holder, progress)})
    finally:
        library.end_turn(holder)
    _say_who_waits([feed for feed in library.feeds() if feed.id not in {feed.id for feed in due}])
    return code


def _adding(library: Library, name: str, *, is_start: bool) -> Run:
    return lambda progress: library.add(name, progress, is_start=is_start)


def _refreshed(library: Library, feeds: list[Feed]) -> int:
    return _taken_in(library, {"": lambda progress: library.refresh(*feeds, progress=progress)})


def _in_turn(library: Library, feeds: list[Feed], holder: str, progress: console.Progress) -> Iterator[Intake]:
    for intake in library.refresh(*feeds, progress=progress):
        library.take_turn(holder)  # again, as a round may take longer than a turn
        yield intake


def _taken_in(library: Library, runs: dict[str, Run]) -> int:
    progress = console.Progress()
    code = _all(library, runs, progress)
    library.publish(progress)
    progress.close()
    return code


def _started_with(library: Library, runs: dict[str, Run]) -> int:
    """Take in what a server is started with; where that cannot be written, what is there is served all the same."""
    progress, code = console.Progress(), 1
    try:
        code = _all(library, runs, progress)
        if library.behind != 0:
            library.publish(progress)
    except (StoreError, IndexWriteError) as error:
        progress.close()
        click.echo(f"{error}", err=True)
        code = 1
    progress.close()
    return code


def _all(library: Library, runs: dict[str, Run], progress: console.Progress) -> int:
    code = 0
    for name, run in runs.items():
        try:
            for intake in run(progress):
                progress.close()
                click.echo(console.intake_line(intake), err=bool(intake.error))
                code = max(code, int(bool(intake.error)))
        except SeveralFeedsError as error:
            wanted = choosing.chosen(error)
            more = {url: _adding(library, url, is_start=False) for url in wanted}
            code = max(code, _all(library, more, progress) if wanted else 2)
        except SourceError as error:
            click.echo(f"{name}: failed, {error}", err=True)
            code = max(code, 1)
    return code


def _say_who_waits(feeds: list[Feed]) -> None:
    """Say how many feeds were not fetched as it is not yet time, and when the first of them will be."""
    waiting = sorted((feed.standing.next, feed.title, feed.standing.reason) for feed in feeds if feed.standing.next)
    if waiting:
        at, title, reason = waiting[0]
        click.echo(
            f"{len(waiting)} not due yet; next is {title} at {console.clock(at)}, because {reason}. "
            "Naming a feed fetches it at once."
        )
