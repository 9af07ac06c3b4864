from typing import Any

import pytest

from index.entries import ParsedEntry, ParsedFeed, Tag
from index.errors import SourceError
from index.reading import entry as entry_module
from index.reading import feeds
from index.reading.material import Material
from tests.documents import DAY, START, atom, entry, item, rss

ADDRESS = "https://example.org/blog/feed.xml"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"


def parse(document: bytes, url: str = ADDRESS, content_type: str = "") -> ParsedFeed:
    (batch,) = feeds.parse(Material(document, url, content_type))
    return batch


LINK = '<a href="x">x</a>'


def html(entry: ParsedEntry) -> str:
    assert entry.body
    return entry.body.html


def one(document: bytes, url: str = ADDRESS) -> ParsedEntry:
    (entry,) = parse(document, url).entries
    return entry


# --- formats ---


def test_atom_says_everything() -> None:
    markup = entry(
        "urn:e:7",
        "A title",
        "<p>Text</p>",
        tags=["Web Dev", "b"],
        published=START,
        updated=START + DAY,
        link="https://example.org/7",
        author="Ada",
    )
    found = one(atom(markup, title="T", head='<link href="https://example.org/"/>'))
    assert found.identity == "urn:e:7"
    assert found.is_identity_global
    assert (found.title, found.link, found.author) == ("A title", "https://example.org/7", "Ada")
    assert html(found) == "<p>Text</p>"
    assert found.tags == (Tag("web dev", "Web Dev"), Tag("b", "b"))
    assert (found.published, found.updated) == (START, START + DAY)


def test_rss_2_says_everything() -> None:
    markup = item(
        title="A title",
        link="https://example.org/7",
        guid="urn:7",
        category="Web Dev",
        author="ada@example.org (Ada)",
        pubDate="Fri, 01 Jan 2010 00:00:00 GMT",
        description="<p>Text</p>",
    )
    found = one(rss(markup))
    assert (found.identity, found.title, found.link) == ("urn:7", "A title", "https://example.org/7")
    assert (html(found), found.author, found.tags) == ("<p>Text</p>", "Ada", (Tag("web dev", "Web Dev"),))
    assert (found.published, found.updated) == (START, None)


def test_rss_0_91_is_read() -> None:
    markup = item(title="A title", link="https://example.org/7", description="Text")
    found = one(rss(markup, version="0.91"))
    assert (found.title, found.link, html(found)) == ("A title", "https://example.org/7", "Text")


def test_rss_1_0_is_read() -> None:
    found = one(
        b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        b' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        b'<channel rdf:about="https://example.org/"><title>T</title></channel>'
        b'<item rdf:about="https://example.org/7"><title>A title</title>'
        b"<link>https://example.org/7</link><description>Text</description>"
        b"<dc:date>2010-01-01T00:00:00Z</dc:date><dc:subject>Web</dc:subject>"
        b"<dc:creator>Ada</dc:creator></item></rdf:RDF>"
    )
    assert (found.title, found.link, found.author) == ("A title", "https://example.org/7", "Ada")
    assert found.tags == (Tag("web", "Web"),)
    assert found.published == START


def test_the_feed_says_what_it_is() -> None:
    head = '<subtitle>Of &lt;things&gt;</subtitle><link href="https://example.org/"/>'
    head += "<author><name>Ada</name></author>"
    found = parse(atom(entry(), title="T & t", head=head, attributes='xml:lang="en-GB"')).head
    assert (found.title, found.subtitle, found.site) == ("T & t", "Of <things>", "https://example.org/")
    assert (found.author, found.language) == ("Ada", "en-GB")
    assert one(atom(entry(), head=head)).author == "Ada"


@pytest.mark.parametrize("html", ["", "<p>Bonjour</p>"])
def test_an_entry_keeps_its_own_language_with_and_without_a_text(html: str) -> None:
    french = entry("urn:1", html=html, attributes='xml:lang="fr"')
    found = parse(atom(french, entry("urn:2", html=html), attributes='xml:lang="en-GB"')).entries
    assert [one.language for one in found] == ["fr", "en-GB"]


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parse(atom()).entries == ()
    assert parse(rss()).entries == ()


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"hello", b"<html><body><p>x</p></body></html>", b'{"version": "1"}', bytes(range(256)), b"<x/>"],
)
def test_what_is_no_feed_is_a_source_error(body: bytes) -> None:
    with pytest.raises(SourceError, match="not a feed"):
        parse(body)


@pytest.mark.parametrize("encoding", [b"ut\xff", b"u\x00tf", b"rot13", b"nonsense", b""])
def test_an_encoding_that_there_is_not_never_crashes(encoding: bytes) -> None:
    try:
        found = parse(atom(entry()).replace(b"utf-8", encoding))
    except SourceError:
        return
    assert found.entries[0].identity == "urn:e:1"


def test_a_feed_that_is_cut_off_gives_what_can_be_read() -> None:
    document = atom(entry("urn:1"), entry("urn:2", html="<p>long</p>"))
    assert [found.identity for found in parse(document[:-40]).entries][:1] == ["urn:1"]


# --- bodies ---


def test_content_is_preferred_to_summary() -> None:
    assert html(one(atom(entry(html="<p>all</p>", more="<summary>part</summary>")))) == "<p>all</p>"
    assert html(one(rss(item(description="part", content="<p>all</p>")))) == "<p>all</p>"


def test_empty_content_leaves_the_summary() -> None:
    more = '<content type="html"> </content><summary>part</summary>'
    assert html(one(atom(entry(more=more)))) == "<p>part</p>"


def test_html_is_preferred_to_text_content() -> None:
    more = '<content type="text">text</content><content type="html">&lt;p&gt;html&lt;/p&gt;</content>'
    assert html(one(atom(entry(more=more)))) == "<p>html</p>"


def test_text_content_is_escaped() -> None:
    assert html(one(atom(entry(more='<content type="text">a &lt;b&gt;</content>')))) == "<p>a &lt;b&gt;</p>"


def test_xhtml_content_is_kept_as_markup() -> None:
    more = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>x</b></div></content>'
    assert "<b>x</b>" in html(one(atom(entry(more=more))))


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ('<title type="html">A &lt;b&gt;bold&lt;/b&gt; &amp;amp; new</title>', "A bold & new"),
        ('<title type="text">a &lt;b&gt; c</title>', "a <b> c"),
        ('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">x<i>y</i></div></title>', "xy"),
        ('<title type="html">&lt;script&gt;alert(1)&lt;/script&gt;safe</title>', "safe"),
        ("<title>\n  two\n  lines </title>", "two lines"),
        ("<title></title>", ""),
    ],
)
def test_a_title_is_plain_text(markup: str, title: str) -> None:
    assert one(atom(entry(title="", more=markup))).title == title


def test_an_rss_title_may_hold_html() -> None:
    assert one(rss(item(title="A <b>bold</b> &amp; new", guid="urn:1"))).title == "A bold & new"


def test_a_very_long_title_is_cut() -> None:
    assert len(one(atom(entry(title="word " * 10_000))).title) <= entry_module.LONGEST_TITLE


# --- links ---


def test_links_are_relative_to_xml_base() -> None:
    markup = entry(
        html='<a href="x">x</a><img src="y.png">',
        link="post",
        attributes='xml:base="https://other.example/a/"',
    )
    found = one(atom(markup))
    assert found.link == "https://other.example/a/post"
    assert 'href="https://other.example/a/x"' in html(found)


def test_a_relative_xml_base_is_relative_to_the_feed() -> None:
    found = one(atom(entry(html=LINK, link="post", attributes='xml:base="/a/"')))
    assert found.link == "https://example.org/a/post"
    assert 'href="https://example.org/a/x"' in html(found)


def test_without_xml_base_links_in_the_text_are_relative_to_the_entry() -> None:
    found = one(atom(entry(html=LINK, link="/2010/post/")))
    assert found.link == "https://example.org/2010/post/"
    assert 'href="https://example.org/2010/post/x"' in html(found)


def test_without_xml_base_and_link_they_are_relative_to_the_feed() -> None:
    assert 'href="https://example.org/blog/x"' in html(one(atom(entry(html=LINK))))


def test_links_of_a_feed_from_a_file_are_relative_to_its_site() -> None:
    head = '<link href="https://example.org/"/>'
    found = one(atom(entry(html="x", link="/post"), head=head), "file:///tmp/feed.xml")
    assert found.link == "https://example.org/post"
    assert 'href="https://example.org/x"' in html(one(atom(entry(html=LINK), head=head), "file:///tmp/feed.xml"))


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "https://["])
def test_a_link_that_is_no_web_address_is_dropped(link: str) -> None:
    assert one(atom(entry(link=link))).link == ""
    assert parse(atom(head=f'<link href="{link}"/>')).head.site == ""


# --- identity ---


def test_an_entry_without_an_id_is_known_by_its_link() -> None:
    found = one(rss(item(title="x", link="https://example.org/7")))
    assert (found.identity, found.is_identity_global) == ("https://example.org/7", True)


def test_entries_without_id_and_link_are_known_by_what_they_say() -> None:
    items = [item(description="one"), item(description="two"), item(title="one")]
    found = parse(rss(*items, head="<link>https://example.org/</link>")).entries
    assert len({entry.identity for entry in found}) == 3
    assert not any(entry.is_identity_global for entry in found)
    assert [entry.link for entry in found] == ["", "", ""]
    assert parse(rss(*items)).entries[0].identity == found[0].identity


@pytest.mark.parametrize("id", ["7", "post 7", "a:", ":b", "post/7"])
@pytest.mark.parametrize("address", [ADDRESS, "file:///tmp/feed.xml"])
def test_an_id_that_is_no_uri_is_not_global(id: str, address: str) -> None:
    for document in (atom(entry(id)), rss(item(guid=id, title="x", link="https://example.org/7"))):
        found = one(document, address)
        assert (found.identity, found.is_identity_global) == (id, False)


@pytest.mark.parametrize("id", ["urn:uuid:1", "tag:example.org,2010:1", "http://example.org/7"])
def test_an_id_that_is_a_uri_is_global(id: str) -> None:
    found = one(atom(entry(id)))
    assert (found.identity, found.is_identity_global) == (id, True)


def test_a_permalink_is_the_link_of_an_rss_item() -> None:
    found = one(rss(item(guid="https://example.org/7", title="x")))
    assert found.link == found.identity == "https://example.org/7"


# --- tags ---


def test_a_category_is_named_by_its_label() -> None:
    found = one(atom(entry(more='<category term="webdev" label="Web &amp; Dev"/>')))
    assert found.tags == (Tag("web & dev", "Web & Dev"),)


def test_spellings_of_one_tag_are_one_tag() -> None:
    assert one(atom(entry(tags=["Python", "python", " PYTHON "]))).tags == (Tag("python", "Python"),)


def test_a_tag_of_nothing_to_be_seen_is_none() -> None:
    assert one(atom(entry(tags=["\u200b", "\u00ad", "a\u00adb", "ab"]))).tags == (Tag("ab", "a\u00adb"),)


def test_tags_are_plain_text() -> None:
    found = one(atom(entry(tags=["<b>x</b><script>alert(1)</script>", "a,b", 'q"q', "c++"])))
    assert [tag.name for tag in found.tags] == ["x", "a,b", 'q"q', "c++"]


def test_feedparser_keeps_few_categories_as_it_compares_each_with_all_before(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []

    def noted(said: entry_module.Said, *rest: Any) -> ParsedEntry:
        kept.append(len(said.tags))
        return entry_module.finished(said, *rest)

    monkeypatch.setattr(feeds, "finished", noted)
    names = [f"tag {n}" for n in range(3_000)]
    assert len(one(atom(entry(tags=names))).tags) == entry_module.MOST_TAGS
    keywords = f'<itunes:keywords xmlns:itunes="{ITUNES}">{",".join(names)}</itunes:keywords>'
    assert len(one(rss(f"<item><guid>1</guid>{keywords}</item>")).tags) == entry_module.MOST_TAGS
    assert kept == [feeds._MOST_CATEGORIES] * 2


def test_only_so_many_and_so_long_tags_are_taken() -> None:
    found = one(atom(entry(tags=["t" * 5_000, *(f"tag {n}" for n in range(500))])))
    assert len(found.tags) == entry_module.MOST_TAGS
    assert max(len(tag.name) for tag in found.tags) == entry_module.LONGEST_TAG


# --- digests ---


def test_the_same_entry_has_the_same_digest() -> None:
    assert one(atom(entry())).digest == one(atom(entry())).digest
    assert one(atom(entry(updated=START))).digest == one(atom(entry(updated=START + DAY))).digest


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"html": "<p>other</p>"},
        {"tags": ["other"]},
        {"published": START + DAY},
        {"link": "https://example.org/other"},
        {"author": "Other"},
    ],
)
def test_a_changed_entry_has_another_digest(change: dict[str, Any]) -> None:
    assert one(atom(entry(**change))).digest != one(atom(entry())).digest
