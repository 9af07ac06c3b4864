"""Pages of another site, on a port of its own, that embed the site: what hosts write into their pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import packages, site
from tests.site import Reply, Site
from webapp import assets

HTMX_2 = assets.folder("static") / "vendor" / "htmx.min.js"

STYLE = """
:root { color-scheme: light dark; }
body { font: 1.0625rem/1.5 Georgia, serif; color: light-dark(#2b2622, #ece6da); background: light-dark(#fff, #17191c); }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; }
iframe { display: block; width: 100%; border: 0; }
feedsift-entries { display: block; min-block-size: 62rem; }
feedsift-entries.narrow { max-inline-size: 22rem; }
.branded { --feedsift-accent: light-dark(rgb(120, 0, 160), rgb(222, 170, 255)); --feedsift-size: 18px; }
.branded::part(title) { text-transform: uppercase; }
.loud { font: italic small-caps 700 1.0625rem/3 serif; letter-spacing: 4px; word-spacing: 9px; text-align: center; }
.loud { text-indent: 3em; text-transform: uppercase; text-shadow: 1px 1px red; white-space: pre; cursor: wait; }
p, li, a, section { letter-spacing: 0.02em; }
section { outline: 5px solid rgb(255, 0, 0); }
.feedsift-entry { border-inline-start: 3px solid rgb(255, 0, 0); }
"""
"""The last lines are of the kind that must not get into an embed, but where a page includes the bare fragment."""

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/host.css">{head}</head>
<body><main><h1>{title}</h1><p id="before">Words of the host.</p>
{body}
<p id="after">More words of the host.</p></main></body></html>"""

FRAME = '<iframe title="{title}" src="{site}/embed/frame?{parameters}" width="100%" height="{height}"{more}></iframe>'
ELEMENT = '<feedsift-entries{attributes}><a href="{site}/?tag=weather">Entries on the weather</a></feedsift-entries>'


@contextmanager
def running(address: str) -> Iterator[Site]:
    """Serve the pages of a host that embeds the site at this address."""
    with site.running() as host:
        for path, (title, head, body, policy) in pages(address.rstrip("/")).items():
            text = PAGE.format(title=title, head=head, body=body)
            headers = {"Content-Type": "text/html; charset=utf-8"} | policy
            host.pages[path] = Reply(text.encode(), headers=headers)
        host.pages["/host.css"] = Reply(STYLE.encode(), headers={"Content-Type": "text/css"})
        for name, path in (("2", HTMX_2), ("4", packages.HTMX_4)):
            host.pages[f"/htmx{name}.js"] = _script(path)
        yield host


def strict(site: str) -> dict[str, str]:
    """Give the strictest policy of a host that embeds work under: docs/embedding.md names the lines."""
    rules = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src data:",
        f"script-src {site}",
        f"connect-src {site}",
        f"frame-src {site}",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    return {"Content-Security-Policy": "; ".join(rules)}


def pages(site: str) -> dict[str, tuple[str, str, str, dict[str, str]]]:
    """Give title, head, body and headers of each page by its path."""
    script = f'<script type="module" src="{site}/static/embed.js"></script>'
    frames = [
        FRAME.format(
            title=f"Entries on {tag}", site=site, parameters=f"tag={tag}&more=1&search=1", height=1_400, more=""
        )
        for tag in ("weather", "crew")
    ]
    elements = [
        element(site, ' query="tag=weather" count="3" search load-more'),
        element(site, ' tag="crew" count="2" search load-more class="branded"'),
    ]
    both = "".join(f"<h2>Part {number}</h2>{html}" for number, html in enumerate([*elements, *frames], 1))
    themes = "".join(
        f"<h2>{kind}, {theme}</h2>{html}"
        for theme in ("light", "dark")
        for kind, html in (
            ("Element", element(site, f' theme="{theme}" count="2" search load-more')),
            (
                "Frame",
                FRAME.format(title=theme, site=site, parameters=f"theme={theme}&size=2&q=anchor", height=560, more=""),
            ),
        )
    )
    one = element(site, ' count="3" search load-more')
    right_to_left, loud = f'<div dir="rtl">{one}</div>', f'<div class="loud">{one}</div>'
    low = FRAME.format(title="Low", site=site, parameters="size=3", height=150, more="")
    address = f"{site}/embed/entries?tag=weather&amp;size=3&amp;h=2&amp;search=1&amp;more=1"
    button = f'<button data-hx-get="{address}" data-hx-target="#place">Show the entries</button><div id="place"></div>'
    return {
        "/strict": ("A strict host", script, both, strict(site)),
        "/one": ("One element", script, element(site, ' count="3" search load-more'), {}),
        "/themes": ("All themes", script, themes, {}),
        "/low": ("A low frame", script, low, {}),
        "/without": ("Without the script", "", f"{low}{element(site, '')}", {}),
        "/isolated": ("An isolated host", script, both, isolated()),
        "/sandbox": ("Sandboxed frames", "", sandboxed(site), {}),
        "/rtl": ("Right to left", script, right_to_left, {}),
        "/loud": ("A loud host", script, loud, {}),
        "/own": ("Controls of its own", script, own(site), {}),
        "/bad": ("An address that is none", script, element(site, ' site="http://[bad"'), {}),
        "/htmx2": ("htmx 2", htmx("2", '{"selfRequestsOnly":false,"includeIndicatorStyles":false}'), button, {}),
        "/htmx4": ("htmx 4", htmx("4", '{"mode":"cors","includeIndicatorCSS":false}'), button, {}),
    }


def element(site: str, attributes: str) -> str:
    """Give the element as hosts write it, with a link inside."""
    return ELEMENT.format(site=site, attributes=attributes)


def sandboxed(site: str) -> str:
    """Give frames as WordPress makes them of an oEmbed that it has discovered, light and dark."""
    more = ' sandbox="allow-scripts" security="restricted"'
    return "".join(
        FRAME.format(title=theme, site=site, parameters=f"theme={theme}&size=2&search=1", height=600, more=more)
        for theme in ("light", "dark")
    )


def own(site: str) -> str:
    """Give an element with controls of its host inside, which have names of their own."""
    controls = (
        '<form><label>Mine <input name="mine"></label><button>Go</button></form><button data-next="/x">On</button>'
    )
    return f'<feedsift-entries count="3" site="{site}">{controls}</feedsift-entries>'


def isolated() -> dict[str, str]:
    """Give the headers of a host that lets only in what agrees (COEP)."""
    return {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}


def htmx(version: str, config: str) -> str:
    return f'<meta name="htmx-config" content=\'{config}\'><script src="/htmx{version}.js" defer></script>'


def _script(path: Path) -> Reply:
    return Reply(path.read_bytes(), headers={"Content-Type": "text/javascript"})
