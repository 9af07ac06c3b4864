import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fetching.links import absolute, links

BASE = "https://a.example/b/feed?x=1"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", {}),
        ('</c>; rel="next"', {"next": "https://a.example/c"}),
        ("<c>;rel=next", {"next": "https://a.example/b/c"}),
        ("<>; rel=self", {"self": BASE}),
        ("<?page=2>; rel=next", {"next": "https://a.example/b/feed?page=2"}),
        (
            "<https://hub.example/>; rel=hub, <c>; rel=self",
            {"hub": "https://hub.example/", "self": "https://a.example/b/c"},
        ),
        ('<c>; rel="NEXT  Archives"', {"next": "https://a.example/b/c", "archives": "https://a.example/b/c"}),
        ("<c>; rel=hub, <d>; rel=hub", {"hub": "https://a.example/b/c"}),
        ('<c>; title="a, <d>; rel=x"; rel=next', {"next": "https://a.example/b/c"}),
        (r'<c>; title="a \" <d>"; rel=next', {"next": "https://a.example/b/c"}),
        ("<c>; title*=UTF-8'de'%c3%a4; rel=next", {"next": "https://a.example/b/c"}),
        ("<c;x,y>; rel=next", {"next": "https://a.example/b/c;x,y"}),
        ("<c>; rel=next; rel=prev", {"next": "https://a.example/b/c"}),
        ("<c>; REL = next", {"next": "https://a.example/b/c"}),
        ("<c>; anchor=d; rel=next", {}),
        ("<c>", {}),
        ("<c>; rel", {}),
        ("<javascript:alert(1)>; rel=next", {}),
        ("<file:///etc/passwd>; rel=next, <mailto:a@b>; rel=hub", {}),
        ("<http://[>; rel=next", {}),
        ("<c#part>; rel=next", {"next": "https://a.example/b/c"}),
        ("c>; rel=next, <d>; rel=prev", {"prev": "https://a.example/b/d"}),
        ('<c>; rel="next', {}),
        ("<c>;;; rel=next", {}),
    ],
)
def test_the_first_address_of_each_relation_is_found(header: str, found: dict[str, str]) -> None:
    assert links(header, BASE) == found


@given(st.text(alphabet=st.sampled_from('<>;,="\\ rel=next/:hc'), max_size=60))
def test_any_header_gives_absolute_addresses_or_nothing(header: str) -> None:
    assert all(url.startswith(("http://", "https://")) for url in links(header, BASE).values())


@pytest.mark.parametrize("unit", ["<", "<>", '<>;a="', "<>;a=", ";", "<>;", '<>;rel="a b c', "<>; rel=a,", '\\"'])
def test_a_header_of_64_kb_is_read_at_once(unit: str) -> None:
    links(unit * (65_536 // len(unit)), BASE)  # a quadratic one would take minutes


@pytest.mark.parametrize("address", ["ftp://a/", "http:", "http://", "//", "javascript:x", "http://[::1", "data:,x"])
def test_what_is_not_on_the_web_is_no_address(address: str) -> None:
    assert absolute("", address) == ""
