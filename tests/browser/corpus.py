"""The feed that the browser tests read: 120 entries over ten years, the same at every run, and a few hard ones.

The hard ones are the newest, so that the first page of results shows them all.
"""

from __future__ import annotations

import random
import struct
import zlib
from datetime import UTC, datetime, timedelta

from tests import documents

ENTRIES = 120
TITLE = "The Ferry Log"
START = datetime(2015, 1, 5, 9, tzinfo=UTC)
STEP = timedelta(days=30)
PLAIN_TAGS = ("harbour", "engine", "weather", "crew", "tickets", "tides", "repairs", "history", "maps", "safety")
TAGS = (*PLAIN_TAGS, "C++", "two words", "Öresund", "a,b", "quays & piers")
LONG_TAG = "donaudampfschifffahrtsgesellschaft-" * 3
WORDS = (
    "anchor berth buoy cable captain channel chart compass current deck dock fog foghorn gangway hull island jetty "
    "keel knot lantern ledger lighthouse mast mooring net oar pilot port propeller rope rudder sail shore signal "
    "skipper starboard storm timetable tug voyage wake wave wharf winch wind yard"
).split()

CHANGED = 11
"""The number of the entry that has changed since `former`."""
UNIQUE_WORD = "zanzibar"
"""Stands in one entry only."""
LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 4
IMAGE = "https://images.example/wide.png"
"""The only address on another host that a page asks for; `image` is what stands there."""

WIDE, RIGHT_TO_LEFT, LONG_TITLE, HOSTILE = "Everything wide", "יומן המעבורת", "A title that", "A hostile entry"
"""What the titles of the hard entries begin with."""

HOSTILE_HTML = """
<h1 id="results-heading" class="vh" onclick="alert(1)">A heading that is not ours</h1>
<title>Stolen</title><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<div id="status" role="status" aria-live="assertive" hx-swap-oob="true" data-hx-swap-oob="true">Stolen status</div>
<div id="problem" role="alert">Stolen alert</div><input id="q" name="q" value="stolen" autofocus>
<p hx-get="/fragments/entries?q=stolen" hx-trigger="load" hx-target="body">hx</p>
<p data-hx-get="/fragments/entries?q=stolen" data-hx-trigger="load" data-hx-target="#results">data-hx</p>
<div hx-on:click="alert(1)" hx-vals="js:{a:alert(1)}" tabindex="1" accesskey="s" contenteditable autofocus>on</div>
<script>alert("script")</script><style>body{display:none}</style><template><p id="main">t</p></template>
<hx-partial hx-target="#results"><p>partial</p></hx-partial>
<form id="search" action="https://evil.example/"><button id="more" accesskey="q" autofocus>Send</button></form>
<iframe srcdoc="<script>alert(2)</script>"></iframe><object data="https://evil.example/x"></object>
<svg onload="alert(3)"><a href="javascript:alert(4)">svg</a></svg><a href="javascript:alert(5)" ping="/">a link</a>
<img src="data:image/gif;base64,AAAA" onerror="alert(6)"><a id="more" name="body" href="/relative" target="x">more</a>
<p aria-hidden="true" role="alert" style="position:fixed;inset:0;background:red">styled</p>
"""
WIDE_HTML = (
    "<p>Wide things, in turn.</p>"
    f"<table><tr>{''.join(f'<th>column{n}</th>' for n in range(30))}</tr>"
    f"<tr>{''.join(f'<td>value{n}</td>' for n in range(30))}</tr></table>"
    f"<pre><code>{'wide_code_' * 40}</code></pre><p>{LONG_WORD}</p><p><code>{LONG_WORD}</code></p>"
    f'<p><a href="https://example.org/{LONG_WORD}">https://example.org/{LONG_WORD}</a></p>'
    f'<p><img src="{IMAGE}" width="2400" height="600" alt="A ferry"></p>'
    f'<figure><img src="{IMAGE}" alt=""><figcaption>{LONG_WORD}</figcaption></figure>'
    f"<blockquote><blockquote><ul><li><ul><li><ul><li>{LONG_WORD}</li></ul></li></ul></li></ul></blockquote></blockquote>"
)


def feed(*extra: str) -> bytes:
    """Give the feed's document; `extra` are entries that are newer than the others."""
    entries = [*extra, *_hard(), *_plain()]
    head = "<subtitle>What the ferries did, day by day.</subtitle>"
    return documents.atom(*entries, title=TITLE, head=head, attributes='xml:lang="en"')


def former() -> bytes:
    """Give the document of an earlier day, when one of the plain entries read otherwise."""
    entries = [*_hard(), *_plain()]
    entry = entries[CHANGED - 1]
    entries[CHANGED - 1] = entry.replace("</title>", ", a draft</title>").replace("&lt;p&gt;", "&lt;p&gt;At first ", 1)
    return documents.atom(*entries, title=TITLE, attributes='xml:lang="en"')


def newer(number: int) -> str:
    """Give an entry that is newer than all others, and than those with a lower number."""
    return _entry(ENTRIES + number, f"Late news {number}", "<p>It has just come in.</p>", ["weather"])


def image(width: int = 2_400, height: int = 600) -> bytes:
    """Give a grey PNG (ISO/IEC 15948)."""
    rows = (b"\0" + bytes((width + 7) // 8)) * height
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def _hard() -> list[str]:
    hebrew = "<p>הפלגה ראשונה בבוקר, 07:30, על סיפון MV Anna.</p>" * 3
    return [
        _entry(119, WIDE, WIDE_HTML, ["maps", LONG_TAG]),
        _entry(118, f"{RIGHT_TO_LEFT} (2024)", hebrew, ["tides"], 'xml:lang="he" dir="rtl"'),
        _entry(117, f"{LONG_TITLE} goes on {LONG_WORD} and on " + "and on " * 40, "<p>Short.</p>", ["history"]),
        _entry(116, f'{HOSTILE} <img src=x onerror="alert(7)">', HOSTILE_HTML, ['"><script>alert(8)</script>']),
    ]


def _plain() -> list[str]:
    chance = random.Random(20150105)
    return [_plain_entry(number, chance) for number in range(ENTRIES - 5, -1, -1)]


def _plain_entry(number: int, chance: random.Random) -> str:
    title = f"{' '.join(chance.sample(WORDS, 3)).capitalize()} {number:03}"
    body = "".join(_paragraph(chance) for _ in range(chance.choice([1, 1, 2, 3, 40 if number % 10 == 0 else 4])))
    if number == 42:
        body += f"<p>On the way to {UNIQUE_WORD}.</p>"
    weights = range(len(TAGS), 0, -1)
    return _entry(number, title, body, set(chance.choices(TAGS, weights, k=chance.randint(0, 4))))


def _paragraph(chance: random.Random) -> str:
    return f"<p>{' '.join(chance.choices(WORDS, k=60)).capitalize()}.</p>"


def _entry(number: int, title: str, html: str, tags: object, attributes: str = "") -> str:
    return documents.entry(
        f"urn:ferry:{number}",
        title,
        html,
        tags=sorted(tags),
        published=int((START + number * STEP).timestamp()),
        link=f"https://ferries.example/log/{number}",
        author=("Ada Quist", "Bo Lund", "Cleo Marsh")[number % 3],
        attributes=attributes,
    )
