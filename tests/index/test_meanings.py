import random
from pathlib import Path

import pytest

from index import Library, Query, from_pairs, syntax
from index.aliases import parse, written
from index.meanings import meant
from index.query import LONGEST_TEXT
from tests import oracle
from tests.conftest import TakeIn
from tests.documents import atom, entry
from tests.shelf import SEEDS

ALIASES = """
django-web -> Django
dj -> django-web
js -> JavaScript
web 2.0 -> Web (2)
"""
ENTRIES = [
    entry("urn:1", "One", "rope", tags=["django-web", "python"]),
    entry("urn:2", "Two", "rope", tags=["django", "dj", "x"]),
    entry("urn:3", "Three", "sail", tags=["js"]),
    entry("urn:4", "Four", "sail", tags=["web 2.0"]),
    entry("urn:5", "Five", "sail"),
]


@pytest.fixture
def known(library: Library, take_in: TakeIn) -> Library:
    take_in(atom(*ENTRIES))
    assert library.use_aliases(parse(ALIASES, "tags.txt"))
    library.publish()
    return library


def asked(text: str = "", **more: str) -> Query:
    return from_pairs([("q", text), *((name.replace("_", "."), value) for name, value in more.items())])[0]


def titles(library: Library, query: Query) -> list[str]:
    return sorted(hit.entry.title for hit in library.search(query).hits)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (asked(tag="django-web"), ["One", "Two"]),
        (asked(tag="DJ"), ["One", "Two"]),
        (asked(tag="django"), ["One", "Two"]),
        (asked(tag="dj,js"), ["One", "Three", "Two"]),
        (asked(exclude_tag="dj"), ["Five", "Four", "Three"]),
        (asked("tag:django-web"), ["One", "Two"]),
        (asked("#dj rope"), ["One", "Two"]),
        (asked("-tag:dj"), ["Five", "Four", "Three"]),
        (asked("sail (rope OR tag:js,dj)"), ["Three"]),
        (asked("sail OR tag:dj"), ["Five", "Four", "One", "Three", "Two"]),
        (asked("(-tag:js sail) OR nothing"), ["Five", "Four"]),
        (asked('tag:"web 2.0"'), ["Four"]),
        (asked('(sail -tag:"web 2.0") OR nothing'), ["Five", "Three"]),
    ],
)
def test_a_tag_finds_what_it_means(known: Library, query: Query, found: list[str]) -> None:
    assert titles(known, query) == found
    assert [known.entry(id).title for id in sorted(known.ids(query))] == sorted(  # type: ignore[union-attr]
        found, key=["One", "Two", "Three", "Four", "Five"].index
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (asked(tag="django-web"), "tag=django"),
        (asked(tag="dj", page="3", sort="oldest"), "tag=django&sort=oldest&page=3"),
        (asked(tag="dj,django-web"), "tag=django"),
        (asked(tag="x,dj", exclude_tag="js"), "tag=django,x&exclude.tag=javascript"),
        (asked("rope OR #dj"), "q=rope OR tag:django"),
        (asked("rope OR -tag:dj,x"), "q=rope OR -tag:django,x"),
        (asked("rope OR -tag:x,dj,django"), "q=rope OR -tag:x,django"),
        (asked('a OR tag:"web 2.0"'), 'q=a OR tag:"web (2)"'),
        (asked('-tag:web"2.0"'), 'q=-tag:web"2.0"'),
    ],
)
def test_a_state_is_said_with_the_tags_that_are_meant(known: Library, query: Query, said: str) -> None:
    found = known.meant(query)
    assert "&".join(f"{name}={value}" for name, value in found.pairs()) == said
    assert known.meant(found) == found
    assert from_pairs(found.pairs())[0] == found


def test_a_list_of_several_with_spaces_stays_one_part(known: Library) -> None:
    assert known.meant(asked('rope OR -tag:js,"dj"')).text  # a list ends at its quotation mark: no tag of two parts
    known.use_aliases(parse("a -> a b\nc -> c d", "tags.txt"))
    found = known.meant(asked("rope OR -tag:a,c x"))
    assert found.text == 'rope OR -(tag:"a b" OR tag:"c d") x'


def test_a_text_that_would_become_too_long_stays_as_it_was(known: Library) -> None:
    known.use_aliases(parse(f"a -> {'very ' * 30}long", "tags.txt"))
    query = asked("rope OR tag:a " * 60)
    assert len(query.text) <= LONGEST_TEXT
    assert known.meant(query) == query


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_is_read_otherwise_but_for_its_tags(tmp_path: Path, seed: int) -> None:
    dice, changed = random.Random(seed), 0
    library = Library(tmp_path / "library")
    tags = sorted({tag for _ in range(50) for tag in oracle.random_record(dice, 1).tags})
    library.use_aliases(parse("\n".join(written(tag, f"new {tag}") for tag in tags[::2]), "tags.txt"))
    meanings = {key: tag.key for key, tag in library.store.aliases().items() if key != tag.key}
    for _ in range(300):
        query = oracle.random_query(dice)
        found = meant(library.store, query)
        changed += found.text != query.text
        assert shape(syntax.parse(found.text).tree, {}) == shape(syntax.parse(query.text).tree, meanings)
    assert changed
    library.close()


def shape(node: syntax.Node, meanings: dict[str, str]) -> object:
    """Give what a tree asks for, with the tags as they are meant, each once."""
    match node:
        case syntax.Tagged(tags):
            return {meanings.get(key, key) for key in tags}
        case syntax.Not(part):
            return "not", shape(part, meanings)
        case syntax.And(parts) | syntax.Or(parts):
            return type(node), [shape(part, meanings) for part in parts]
    return node


def test_entries_show_what_is_meant_once_and_in_their_order(known: Library) -> None:
    (two,) = known.search(asked(tag="x")).hits
    assert [tag.name for tag in two.entry.tags] == ["Django", "x"]
    whole = known.entry(two.entry.id)
    assert whole is not None
    assert whole.tags == two.entry.tags


def test_facets_and_all_tags_count_what_is_meant(known: Library) -> None:
    counts = {tag.name: count for tag, count in known.tags()}
    assert counts == {"Django": 2, "JavaScript": 1, "python": 1, "Web (2)": 1, "x": 1}
    facet = known.search(asked(tag="dj")).facets["tag"]
    assert facet.labels["django"] == "Django"
    assert {value.value for value in facet.values} >= {"django", "x"}


def test_suggestions_are_counted_as_they_are_meant(known: Library) -> None:
    assert [(found.text, found.total) for found in known.suggestions(asked("tag:dj rop"))] == [("tag:dj rope", 2)]
    assert [found.text for found in known.suggestions(asked("tag:djan"))] == ["tag:django"]


def test_what_a_tag_means_is_no_misspelling(known: Library) -> None:
    query = asked("tag:dj nothinglikethis")
    assert all("dj" not in found.query.tags for found in known.alternatives(query, known.correction(query, 0)))


def test_other_aliases_bring_the_old_tags_back(known: Library) -> None:
    before = known.altered
    assert known.use_aliases(parse("js -> JavaScript", "tags.txt"))
    assert known.publish()
    assert titles(known, asked(tag="django-web")) == ["One"]
    assert titles(known, asked(tag="javascript")) == ["Three"]
    assert known.use_aliases({})
    known.publish()
    assert {tag.name for tag, _ in known.tags()} == {"django-web", "python", "django", "dj", "x", "js", "web 2.0"}
    assert known.altered >= before


def test_aliases_that_are_known_change_nothing(known: Library) -> None:
    before = known.store.sequence()
    assert not known.use_aliases(parse(ALIASES, "tags.txt"))
    assert known.store.sequence() == before
    assert not known.publish()


def test_only_entries_that_are_shown_otherwise_are_indexed_again(known: Library) -> None:
    before = known.store.sequence()
    known.use_aliases(parse(ALIASES + "x -> y\nnobody -> python", "tags.txt"))
    (two,) = known.ids(asked(tag="x")) or known.ids(asked(tag="django", exclude_tag="python"))
    assert known.store.changed(before) == {two}
    known.publish()
    before = known.store.sequence()
    known.use_aliases(parse(ALIASES.replace("Django", "DJANGO") + "x -> y\nnobody -> python", "tags.txt"))
    assert known.store.changed(before) == set(known.ids(asked(tag="django")))
    known.publish()
    assert known.tags()[0][0].name == "DJANGO"


def test_another_process_sees_what_tags_mean_at_once(known: Library) -> None:
    other = Library(known.folder)
    assert other.meant(asked(tag="dj")).tags == (("django",),)
    known.use_aliases({})
    assert other.meant(asked(tag="dj")).tags == (("dj",),)
    other.close()


def test_an_entry_that_arrives_with_an_alias_is_indexed_as_it_is_meant(known: Library, take_in: TakeIn) -> None:
    take_in(atom(*ENTRIES, entry("urn:6", "Six", tags=["dj"])))
    known.publish()
    assert titles(known, asked(tag="django")) == ["One", "Six", "Two"]
