import random

import pytest

from index import similar as similar_module
from index.aliases import parse, written
from index.analysis import tag_key
from index.entries import Tag
from index.similar import Likeness, similar


def found(*names: str, **counts: int) -> list[str]:
    """Give what is told of tags; those named first are the more common ones."""
    tags = [(Tag(tag_key(name), name), 100 - place) for place, name in enumerate(names)]
    tags += [(Tag(tag_key(name), name), count) for name, count in counts.items()]
    return [f"{one.tag.name} -> {one.target.name}" for one in similar(tags)]


@pytest.mark.parametrize(
    ("target", "alias"),
    [
        ("web-standards", "webstandards"),
        ("Web Standards", "web_standards"),
        ("node.js", "nodejs"),
        ("résumé", "resume"),
        ("tcp/ip", "tcpip"),
        ("o'reilly", "oreilly"),
    ],
)
def test_spaces_signs_and_accents_are_no_difference(target: str, alias: str) -> None:
    assert found(target, alias) == [f"{alias} -> {target}"]


@pytest.mark.parametrize(
    ("target", "alias"),
    [
        ("plugins", "plugin"),
        ("plugin", "plugins"),
        ("apis", "api"),
        ("proxy", "proxies"),
        ("classes", "class"),
        ("databases", "database"),
        ("web servers", "web-server"),
    ],
)
def test_the_plural_is_nearly_the_same_as_the_singular(target: str, alias: str) -> None:
    assert found(target, alias) == [f"{alias} -> {target}"]


@pytest.mark.parametrize(
    ("target", "alias"),
    [
        ("googlemaps", "googelmaps"),
        ("modelling", "modeling"),
        ("virtualisation", "virtualization"),
        ("cartography", "catography"),
        ("datacenters", "datacentres"),
        ("separate", "seperate"),
        ("favicon", "favikon"),
        ("googledocs", "googldocs"),
    ],
)
def test_a_slip_of_the_pen_is_nearly_the_same(target: str, alias: str) -> None:
    assert found(target, alias) == [f"{alias} -> {target}"]


@pytest.mark.parametrize(
    "names",
    [
        ("java", "javascript"),
        ("django", "django-web"),
        ("css2", "css3"),
        ("css", "css3"),
        ("2009", "2010"),
        ("conference 2009", "conference 2010"),
        ("python", "python3", "jython", "ipython"),
        ("http", "https"),
        ("new", "news"),
        ("c", "c++", "c#", "cs"),
        ("net", ".net"),
        ("1.1", "11", "1 1 1"),
        ("io", "ios"),
        ("wikipedia", "wikimedia"),
        ("closure", "clojure"),
        ("sharding", "sharing"),
        ("memcached", "memcachedb"),
        ("journalism", "journalist"),
        ("blogging", "logging"),
        ("schema", "scheme"),
        ("gearman", "german"),
        ("charity", "clarity"),
        ("…", "!!"),
        ("日本語", "日本"),
    ],
)
def test_what_is_two_things_is_not_told(names: tuple[str, ...]) -> None:
    assert found(*names) == found(*reversed(names)) == []


def test_the_rarer_one_means_the_more_common_one() -> None:
    assert found(plugin=3, plugins=10, **{"plug-in": 1, "Plug-ins": 2}) == [
        "plugin -> plugins",
        "Plug-ins -> plugins",
        "plug-in -> plugin",
    ]
    assert found(bugs=5, bug=5) == ["bugs -> bug"]


def test_the_most_common_targets_come_first_and_each_tag_once() -> None:
    lines = found("maps", "colours", "map", "colour", "color")
    assert lines == ["map -> maps", "colour -> colours"]
    tags = [(Tag(name, name), 1) for name in ("web-app", "webapp", "web-apps", "webapps")]
    told = similar(tags)
    assert len({one.tag for one in told}) == len(told) == 3
    assert told[0].likeness is Likeness.NUMBER


def test_what_is_told_can_be_pasted_into_a_file_of_aliases() -> None:
    dice = random.Random(3)
    names = ["plugin", "plug-in", "plugins", "c sharp", "c-sharps", '"x" y', '"x"-y', "a -> b", "a->b", "#1 s", "#1-s"]
    for _ in range(20):
        tags = [(Tag(tag_key(name), name), dice.randint(1, 4)) for name in names]
        lines = [written(one.tag.name, one.target.name) + "  # 1 and 2 entries" for one in similar(tags)]
        assert len(parse("\n".join(lines), "tags.txt")) == len(lines) >= 6


def test_very_many_that_differ_in_one_place_are_no_slips(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"abcdef{sign}ghij" for sign in "aeiouy"]
    assert len(found(*names)) == 5
    monkeypatch.setattr(similar_module, "MOST_ALIKE", 5)
    assert found(*names) == []


def test_numbered_tags_are_never_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar_module, "_is_slip", lambda one, other: pytest.fail(f"{one}, {other}"))
    assert found(*(f"conference on topic {number:03}" for number in range(200))) == []
