"""The command line. Exit codes: 0 done, 1 some of it failed and each failure was named, 2 wrong usage."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import click

from index import (
    LONGEST_TEXT,
    AliasError,
    Entry,
    FeedsiftError,
    Hit,
    IndexMissingError,
    Library,
    Query,
    from_pairs,
    lifted,
    notes_on,
    read_aliases,
    recorded,
    similar_tags,
    written,
)
from webapp import about, console, exporting, logs, roster, serving, tag_report, taking, timing, upkeep, urls
from webapp.formats import FORMATS
from webapp.settings import Settings, interval

_SOURCES = click.argument("sources", nargs=-1, metavar="[SOURCE]...")


class Interval(click.ParamType[int]):
    """A time such as 30m."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Give seconds."""
        try:
            return value if isinstance(value, int) else interval(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Session:
    """What a command works with; the library is opened by the first that asks for it."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings that hold for this call."""
        self.settings = settings

    @cached_property
    def library(self) -> Library:
        """The library in the data folder."""
        return Library(
            self.settings.data,
            on_wait=self._say_waiting,
            prefers_newer=self.settings.prefer_newer,
            rules=self.settings.rules,
        )

    @cached_property
    def writable(self) -> Library:
        """The library to write to: with tags that mean what the file of aliases says. A wrong file is wrong usage."""
        path = self.settings.tag_aliases
        try:
            aliases = read_aliases(path) if path else None
        except AliasError as error:
            raise click.UsageError(f"FEEDSIFT_TAG_ALIASES: {error}") from error
        if aliases is not None and self.library.use_aliases(aliases):
            self.library.publish()  # at once: what follows may take long, and queries go by the new meanings already
        return self.library

    @cached_property
    def searchable(self) -> Library:
        """The library with an index that can be asked: one that is missing, damaged or of another version is built."""
        try:
            self.library.search(Query(), limit=0, facet_values=0)
        except IndexMissingError:
            click.echo("The index has to be built anew first.", err=True)
            progress = console.Progress()
            self.library.publish(progress)
            progress.close()
        return self.library

    def _say_waiting(self) -> None:
        click.echo("Another process is writing to the library; this one waits for it.", err=True)

    def close(self) -> None:
        """Close the library where it was opened."""
        if "library" in self.__dict__:
            self.library.close()


class Commands(click.Group):
    """A group whose commands end in a sentence, whatever goes wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except FeedsiftError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:  # whoever reads has enough, which click knows how to take
            raise
        except OSError as error:
            raise click.ClickException(f"{error.strerror or error} ({error.filename or 'no file'}).") from error


@click.group(cls=Commands)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The folder of the library.")
@click.version_option(package_name="feedsift")
@click.pass_context
def main(ctx: click.Context, data: Path | None) -> None:
    """Turn any Atom or RSS feed into a site to browse, filter and search.

    A SOURCE is a feed's address, a web page that links to its feed, a file, - (standard input), or an OPML file.
    """
    console.print_anything()
    try:
        settings = Settings.from_environment(os.environ | ({"FEEDSIFT_DATA": str(data)} if data else {}))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    logs.set_up(settings.log)
    ctx.obj = Session(settings)
    ctx.call_on_close(ctx.obj.close)


@main.command()
@_SOURCES
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65_535), help="[default: 8000]")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that answer.  [default: 2]")
@click.option("--refresh", type=Interval(), help="Keep feeds fresh, each this often: 30m.  [default: never]")
@click.pass_obj
def serve(session: Session, /, sources: tuple[str, ...], **options: Any) -> None:
    """Add the sources, then serve the site."""
    chosen = {name: value for name, value in options.items() if value is not None}
    settings = session.settings = replace(session.settings, **chosen)
    serving.free_address(settings)  # before anything is written
    library, progress = session.writable, console.Progress()
    library.reclean(progress)
    progress.close()
    if taking.add(library, sources or _handbook_if_empty(library), is_start=True):
        click.echo("Serving what there is.", err=True)
    session.close()
    serving.serve(settings)


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.pass_obj
def add(session: Session, /, sources: tuple[str, ...]) -> None:
    """Take feeds in."""
    sys.exit(taking.add(session.writable, sources))


@main.command()
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.pass_obj
def refresh(session: Session, /, feeds: tuple[str, ...]) -> None:
    """Fetch feeds again: those named by number or address at once, or else those for which it is time."""
    sys.exit(taking.refresh(session.writable, feeds))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_obj
def feeds(session: Session, /, as_json: bool) -> None:
    """List the feeds and their health."""
    click.echo(roster.as_json(session.library) if as_json else "\n".join(roster.lines(session.library)))


@main.command()
@click.argument("feed")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(session: Session, /, feed: str, yes: bool) -> None:
    """Remove a feed, by number or address, and the entries that belong to no other."""
    library = session.library
    found = library.feed(feed)
    if not yes:
        click.confirm(f"Remove {found.title} ({found.url}) with {found.entries} entries?", abort=True)
    gone = library.remove(found)
    library.publish()
    click.echo(f"Removed {found.title}: {gone} entries are gone.")


@main.command()
@click.option("--similar", is_flag=True, help="Only those nearly the same as a more common one, as lines of aliases.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_obj
def tags(session: Session, /, similar: bool, as_json: bool) -> None:
    """List the tags with their numbers of entries, the most used first."""
    known = session.searchable.tags()
    found = similar_tags(known) if similar else []
    if as_json:
        rows = tag_report.suggested_as_json(found) if similar else tag_report.listed_as_json(known)
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    lines = list(tag_report.suggested(found) if similar else tag_report.listed(known))
    if lines:
        click.echo("\n".join(lines))
    else:
        click.echo(tag_report.NONE_SIMILAR if known else tag_report.NO_TAGS, err=True)


@main.command(context_settings={"ignore_unknown_options": True})  # -word is a query
@click.argument("query")
@click.option("--tag", "tags", multiple=True, help="Only entries with this tag; several mean all of them.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--explain", is_flag=True, help="Also say on standard error where the time went.")
@click.pass_obj
def search(session: Session, /, query: str, tags: tuple[str, ...], limit: int, as_json: bool, explain: bool) -> None:
    """Search as on the site."""
    if len(query) > LONGEST_TEXT:
        raise click.UsageError(f"A query can have {LONGEST_TEXT:,} characters.")
    asked, notes = from_pairs([("q", query), *(("tag", tag) for tag in tags)])
    library = session.searchable
    with recorded() as trace:
        asked = library.meant(lifted(asked))
        page = library.search(asked, limit=limit)
        other = library.correction(asked, page.total)
    if explain:
        click.echo("\n".join(timing.lines(trace)), err=True)
    if as_json:
        found = [_as_json(hit) for hit in page.hits]
        click.echo(json.dumps({"total": page.total, "hits": found}, indent=2, ensure_ascii=False))
        return
    for note in dict.fromkeys((*notes, *notes_on(query), *page.notes)):
        click.echo(note, err=True)
    if other:
        click.echo(f"Did you mean {written(other.query)}? {other.total} entries.", err=True)
    for hit in page.hits:
        click.echo(f"{_day(hit.entry)}  {hit.entry.title}\n            {hit.entry.link or urls.entry(hit.entry)}")
    click.echo(f"{len(page.hits)} of {page.total} entries.")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", required=False, default="")
@click.option("--format", "suffix", type=click.Choice([*FORMATS, "opml"]), required=True, help="opml lists the feeds.")
@click.option("--tag", "tags", multiple=True, help="Only entries with this tag; several mean all of them.")
@click.option("--address", default="", help="Scheme and host of the site, for links to it.  [default: as served]")
@click.pass_obj
def export(session: Session, /, query: str, suffix: str, tags: tuple[str, ...], address: str) -> None:
    """Write entries to standard output: all that a query finds, as /entries.atom and so on.

    QUERY may also be what stands behind a page's address, from the question mark on.
    """
    if len(query) > LONGEST_TEXT:
        raise click.UsageError(f"A query can have {LONGEST_TEXT:,} characters.")
    if suffix == "opml" and (query or tags):
        raise click.UsageError("OPML lists all feeds: it takes no query.")
    settings, library = session.settings, session.searchable
    site = about.site(library.feeds(), settings, address.rstrip("/") or serving.address(settings).rstrip("/"))
    exporting.export(library, site, query, tags, suffix, sys.stdout.buffer)


@main.command()
@click.pass_obj
def reindex(session: Session, /) -> None:
    """Build the index anew from the store, beside the old one, then switch."""
    progress = console.Progress()
    session.writable.publish(progress, is_whole=True)
    progress.close()
    click.echo(f"Indexed {session.library.store.count()} entries.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
@click.pass_obj
def backup(session: Session, /, file: Path, force: bool) -> None:
    """Copy the library to FILE, whatever is written to it meanwhile."""
    upkeep.library_in(session.settings.data)
    click.echo(upkeep.back_up(session.library, file.expanduser(), replaces=force))


@main.command()
@click.option("--repair", is_flag=True, help="Mend the index, and remove what killed builds have left.")
@click.pass_obj
def check(session: Session, /, repair: bool) -> None:
    """Look for damage in store and index, and compare them; exit code 1 where all is not well."""
    upkeep.library_in(session.settings.data)
    if repair:
        upkeep.repair(session.library)
    sys.exit(upkeep.check(session.library))


def _handbook_if_empty(library: Library) -> tuple[str, ...]:
    return () if library.feeds() else (str(resources.files("webapp") / "handbook.atom"),)


def _as_json(hit: Hit) -> dict[str, Any]:
    entry = hit.entry
    return {
        "id": entry.id,
        "title": entry.title,
        "link": entry.link,
        "date": entry.date.isoformat() if entry.date else None,
        "author": entry.author,
        "tags": [tag.name for tag in entry.tags],
        "snippet": hit.snippet.text,
    }


def _day(entry: Entry) -> str:
    return f"{entry.date:%Y-%m-%d}" if entry.date else "undated   "
