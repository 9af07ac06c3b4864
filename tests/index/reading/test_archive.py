import pytest

from index.reading import archive
from tests.documents import atom, entry, item, rss

RDF = (
    b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    b'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>t</title></channel>%s</rdf:RDF>'
)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SMALL", 500)
    monkeypatch.setattr(archive, "PIECE", 300)


def documents() -> list[bytes]:
    numbers = range(50)
    items = [item(title=f"Title {n} é", guid=f"urn:{n}") for n in numbers]
    rdf_items = [f'<item rdf:about="u{n}"><title>Title {n} é</title></item>' for n in numbers]
    atom_prefixed = atom(*(entry(f"urn:{n}", f"Title {n} é") for n in numbers)).decode()
    for name in ("feed", "entry", "title", "id", "published"):
        atom_prefixed = atom_prefixed.replace(f"<{name}", f"<a:{name}").replace(f"</{name}", f"</a:{name}")
    return [
        atom(*(entry(f"urn:{n}", f"Title {n} é") for n in numbers)),
        atom_prefixed.replace("xmlns=", "xmlns:a=").encode(),
        rss(*items),
        rss(*items, version="0.91").replace(b"</channel>", b"").replace(b"</rss>", b"</channel></rss>"),
        RDF % "".join(rdf_items).encode(),
        rss(*items).replace(b"</item><item>", b"</item>\n \n<item>"),
    ]


@pytest.mark.parametrize("document", documents(), ids=lambda body: body[50:80].decode())
def test_the_pieces_hold_every_entry_once_and_in_order(document: bytes) -> None:
    pieces = list(archive.split(document))
    assert len(pieces) > 5
    titles = [f">Title {n} é<".encode() for n in range(50)]
    assert [title for piece in pieces for title in titles if title in piece] == titles


@pytest.mark.parametrize("document", documents(), ids=lambda body: body[50:80].decode())
def test_each_piece_says_what_the_feed_says_of_itself(document: bytes) -> None:
    pieces = list(archive.split(document))
    head = document[: document.index(b"Title 0") - 100]
    assert all(piece.startswith(head) for piece in pieces)
    assert all(piece.endswith(document[-6:]) for piece in pieces)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<feed/>",
        atom(entry()),
        atom(*[entry()] * 20)[:-7],
        atom(*[entry()] * 20).decode().encode("utf-16"),
        b"<html>" + b"<p>x</p>" * 500 + b"</html>",
        b"not xml" * 500,
        b'<?xml version="1.0" encoding="nonsense"?>' + b"<feed>" + b"<entry/>" * 500 + b"</feed>",
    ],
)
def test_what_cannot_be_cut_is_given_whole(document: bytes) -> None:
    assert list(archive.split(document)) == [document]


def test_entries_inside_entries_are_not_cut() -> None:
    nested = entry(more="<source><entry><title>inner</title></entry></source>")
    pieces = list(archive.split(atom(*[nested] * 20)))
    assert sum(piece.count(b"inner") for piece in pieces) == 20
    assert all(piece.count(b"<entry") == piece.count(b"</entry>") for piece in pieces)


def test_empty_entries_are_cut_at_their_only_tag() -> None:
    pieces = list(archive.split(b"<feed>" + b'<entry a="1"/>' * 100 + b"</feed>"))
    assert len(pieces) > 2
    assert sum(piece.count(b"<entry") for piece in pieces) == 100
    assert all(piece.startswith(b"<feed><entry") and piece.endswith(b"/></feed>") for piece in pieces)


def test_a_document_in_another_encoding_is_cut_between_characters() -> None:
    body = atom(*(entry(f"urn:{n}", "é" * 50) for n in range(20))).decode()
    latin = body.replace("utf-8", "iso-8859-1").encode("iso-8859-1")
    pieces = list(archive.split(latin))
    assert len(pieces) > 2
    assert sum(piece.count(b"\xe9" * 50) for piece in pieces) == 20


def test_an_entry_of_a_hundred_thousand_nested_elements_is_walked_once() -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert len(list(archive.split(atom(entry(more=deep), entry("urn:2"))))) == 2
