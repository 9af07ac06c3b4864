"""Asks on a terminal which of several feeds is meant; elsewhere they are only listed. Called by the command line."""

from __future__ import annotations

import re
import sys

import click

from index import FoundFeed, SeveralFeedsError

QUESTION = "Which of them? Numbers, or all; nothing for none"


def chosen(error: SeveralFeedsError) -> tuple[str, ...]:
    """List the feeds, and give the addresses of those that the person at the terminal wants; none without one."""
    is_asked = _is_asked()
    click.echo(f"{error.page} links to several feeds:" if is_asked else f"{error}:", err=True)
    for number, feed in enumerate(error.feeds, 1):
        click.echo(f"  {number}  {_line(feed)}" if is_asked else f"  {_line(feed)}", err=True)
    numbers = _asked(len(error.feeds)) if is_asked else []
    if is_asked and not numbers:
        click.echo("None of them was taken in.", err=True)
    return tuple(error.feeds[number - 1].url for number in numbers)


def _is_asked() -> bool:
    """Tell whether a person is there: who types, and sees what is asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _line(feed: FoundFeed) -> str:
    return f"{feed.url}  {feed.title}" if feed.title else feed.url


def _asked(most: int) -> list[int]:
    try:
        found: list[int] = click.prompt(
            QUESTION, default="", show_default=False, err=True, value_proc=lambda text: _numbers(text, most)
        )
    except click.Abort:  # the end of input
        click.echo(err=True)
        return []
    return found


def _numbers(text: str, most: int) -> list[int]:
    """Read `1, 3` or `all`, each number once. Raises click.UsageError, upon which the question is asked again."""
    if text.strip().lower() == "all":
        return list(range(1, most + 1))
    words = re.findall(r"[^\s,]+", text)
    if wrong := next((word for word in words if not _is_number(word, most)), ""):
        raise click.UsageError(f"{wrong[:20]!r} is not a number from 1 to {most}.")
    return list(dict.fromkeys(map(int, words)))


def _is_number(word: str, most: int) -> bool:
    return bool(re.fullmatch("[0-9]{1,5}", word)) and 1 <= int(word) <= most
