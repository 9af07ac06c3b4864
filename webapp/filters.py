"""What templates may call: dates, numbers and snippets as readers see them."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup

from index import Snippet
from webapp import current, files, highlight, metadata, urls, wording
from webapp.templating import escaped

# Languages whose script is Arabic, Hebrew, Syriac or Thaana, and any language said to be in one of these (RFC 5646).
_RIGHT_TO_LEFT = re.compile(
    r"(?!.*-(Latn|Cyrl)\b)((ar|arc|ckb|dv|fa|he|iw|ks|ps|sd|syr|ug|ur|yi)\b|.*-(Arab|Hebr|Syrc|Thaa)\b)", re.IGNORECASE
)

_MONTHS = tuple(calendar.month_abbr)  # looked up there anew each time


def long_date(moment: datetime) -> str:
    """Give `7 March 2010`."""
    return f"{moment.day} {moment:%B %Y}"


def short_date(moment: datetime) -> str:
    """Give `7 Mar 2010`."""
    return f"{moment.day} {_MONTHS[moment.month]} {moment.year}"


def machine_date(moment: datetime) -> str:
    """Give `2010-03-07T14:20:00Z`."""
    return f"{moment.isoformat()[:19]}Z"


def moment(seconds: int) -> datetime:
    """Give seconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def number(value: int) -> str:
    """Give `7,329`."""
    return f"{value:,}"


def host(address: str) -> str:
    """Give the host of an address without `www.`."""
    return _host("/".join(address.split("/", 3)[:3]))


@lru_cache(maxsize=1_000)
def _host(start: str) -> str:
    try:
        return (urlsplit(start).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def marked(snippet: Snippet) -> Markup:
    """Give a snippet as HTML: marked runs in `mark`, everything escaped."""
    runs = [f"<mark>{escaped(text)}</mark>" if is_marked else escaped(text) for text, is_marked in snippet.runs]
    before, after = "… " if snippet.is_cut_before else "", " …" if snippet.is_cut_after else ""
    return Markup(f"{before}{''.join(runs)}{after}")  # noqa: S704 - everything in it is escaped


@lru_cache(maxsize=1_000)
def direction(language: str) -> str:
    """Give the direction that a language is written in, where it is known; else what its first letter says."""
    return "rtl" if _RIGHT_TO_LEFT.match(language) else "auto"


def init_app(app: Flask) -> None:
    """Give the filters and globals to templates, and make a missing name an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        long_date=long_date,
        short_date=short_date,
        machine_date=machine_date,
        moment=moment,
        time=wording.time,
        short_time=wording.short_time,
        number=number,
        host=host,
        marked=marked,
        direction=direction,
        as_file=files.of,
        at_passage=highlight.at_passage,
        entry_address=urls.entry,
        tag_address=urls.tag,
    )
    app.jinja_env.globals.update(
        absolute=current.absolute,
        site_title=current.site_title,
        site_subtitle=current.site_subtitle,
        changes_address=urls.changes,
        page_address=urls.page,
        feed_address=urls.feed,
        builder_address=urls.builder,
        oembed_address=urls.oembed,
        list_metadata=metadata.of_list,
    )
