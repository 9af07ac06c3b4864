"""Makes webapp/handbook.atom, the feed that an empty site opens with, of docs/handbook/."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import frontmatter
from feedgenerator import Atom1Feed
from markdown_it import MarkdownIt
from yaml import YAMLError

from build_hooks import BuildError, one_line, replace_file

HANDBOOK = "docs/handbook"
PAGE_NAME = re.compile(r"\d+-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")


class HandbookPage(NamedTuple):
    """One Markdown file of the handbook, ready to become a feed entry."""

    slug: str
    title: str
    published: datetime
    updated: datetime
    tags: list[str]
    html: str


class LinklessAtomFeed(Atom1Feed):
    """Atom without links, since the handbook has no address of its own.

    RFC 4287 asks for a link only where an entry has no content.
    """

    def add_root_elements(self, handler: Any) -> None:
        """Write the feed's own elements."""
        super().add_root_elements(WithoutLinks(handler))

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Write one entry's elements."""
        super().add_item_elements(WithoutLinks(handler), item)


class WithoutLinks:
    """An XML writer that leaves out every link element."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def addQuickElement(self, name: str, *rest: Any) -> None:
        """Write an element without children."""
        if name != "link":
            self._writer.addQuickElement(name, *rest)


def write_handbook(project: Path) -> None:
    """Write webapp/handbook.atom; the same pages always give the same bytes."""
    feed = handbook_feed(read_pages(project / HANDBOOK))
    replace_file(project / "webapp" / "handbook.atom", feed.encode())


def read_pages(folder: Path) -> list[HandbookPage]:
    """Read every page of the handbook, newest first."""
    # Of two pages of one day, the one with the higher number is the newer one.
    paths = sorted(folder.glob("*.md"), reverse=True)
    pages = [read_page(path) for path in paths]
    if not pages:
        raise BuildError(f"{HANDBOOK} holds no page")
    if len({page.slug for page in pages}) < len(pages):
        raise BuildError(f"{HANDBOOK} holds two pages with the same name after their number")
    return sorted(pages, key=lambda page: page.published, reverse=True)


def read_page(path: Path) -> HandbookPage:
    """Read one page: front matter with title, date, perhaps updated and tags; then Markdown."""
    try:
        name = PAGE_NAME.fullmatch(path.name)
        if name is None:
            raise ValueError("the file's name has to be like 01-small-words.md")
        post = frontmatter.loads(path.read_text("utf-8"))
        title = read_title(post.metadata)
        published = read_date(post.metadata, "date")
        has_update = "updated" in post.metadata
        return HandbookPage(
            slug=name[1],
            title=title,
            published=published,
            updated=read_date(post.metadata, "updated") if has_update else published,
            tags=read_tags(post.metadata),
            html=to_html(post.content),
        )
    except (YAMLError, ValueError) as error:
        raise BuildError(f"{HANDBOOK}/{path.name}: {one_line(str(error))}") from None


def read_title(metadata: dict[str, Any]) -> str:
    """Return the page's title."""
    title = metadata.get("title")
    if not isinstance(title, str) or not title.strip():
        raise ValueError("the front matter has no title")
    return title.strip()


def read_date(metadata: dict[str, Any], field: str) -> datetime:
    """Return a day or a moment of the front matter; where it names no zone, in UTC."""
    value = metadata.get(field)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"the front matter has no ISO date as {field}: {value}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_tags(metadata: dict[str, Any]) -> list[str]:
    """Return the page's tags."""
    tags = metadata.get("tags", [])
    if not isinstance(tags, list):
        raise ValueError("the front matter's tags are no list")
    return [str(tag) for tag in tags]


def to_html(markdown: str) -> str:
    """Render CommonMark with tables; raw HTML in it is shown as text."""
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))


def handbook_feed(pages: Iterable[HandbookPage]) -> str:
    """Return the Atom feed of the pages, in their order."""
    feed = LinklessAtomFeed(
        title="The Feedsift handbook",
        link="",
        description="How to use Feedsift, one page for each thing it does.",
        language="en",
        author_name="The Feedsift developers",
        feed_guid="urn:feedsift:handbook",
    )
    for page in pages:
        feed.add_item(
            title=page.title,
            link="",
            description=None,
            unique_id=f"urn:feedsift:handbook:{page.slug}",
            pubdate=page.published,
            updateddate=page.updated,
            categories=page.tags,
            content=page.html,
        )
    return f"{feed.writeString('utf-8')}\n"
