"""The made-up weblog: the same at every run, well-formed, and with the statistics of a real one."""

from __future__ import annotations

import re
import statistics
from collections import Counter

import feedparser
import pytest

from tests.bench.weblog import YEARS, Weblog

NUMBER = 1_500


@pytest.fixture(scope="module")
def entries() -> list[str]:
    made = Weblog(NUMBER)
    return [made.entry(number) for number in range(NUMBER)]


def test_the_same_seed_writes_the_same(entries: list[str]) -> None:
    assert Weblog(NUMBER).entry(700) == entries[700]
    assert Weblog(NUMBER, seed=2).entry(700) != entries[700]


def test_a_document_is_atom_with_the_newest_entry_first() -> None:
    (document,) = Weblog(30).documents()
    found = feedparser.parse("".join(document))
    assert not found.bozo
    assert len(found.entries) == 30
    assert found.entries[0].published > found.entries[-1].published


def test_a_long_weblog_comes_as_several_feeds_with_all_entries() -> None:
    documents = ["".join(document) for document in Weblog(25).documents(most=10)]
    assert [document.count("<entry") for document in documents] == [10, 10, 5]
    assert len(set(re.findall(r"<id>(urn:weblog:\d)</id>", "".join(documents)))) == 3


def test_entries_are_as_long_as_real_ones(entries: list[str]) -> None:
    lengths = [len(re.findall(r"\w+", re.sub("&lt;.*?&gt;", " ", _content(entry)))) for entry in entries]
    assert 25 < statistics.median(lengths) < 40
    assert 45 < statistics.mean(lengths) < 80


def test_half_of_the_entries_have_tags_some_of_which_are_frequent(entries: list[str]) -> None:
    tags = [re.findall(r'term="(\w+)"', entry) for entry in entries]
    assert 0.4 < sum(map(bool, tags)) / NUMBER < 0.6
    frequent = Counter(tag for each in tags for tag in each).most_common()
    assert frequent[0][1] > 50
    assert sum(number == 1 for _, number in frequent) > len(frequent) / 2


def test_the_most_frequent_word_stands_in_most_entries_and_many_in_one_only(entries: list[str]) -> None:
    found = Counter(word for entry in entries for word in set(re.findall(r"\w+", _content(entry))))
    assert max(number for word, number in found.items() if word not in ("lt", "gt", "p")) > NUMBER / 3
    assert sum(number == 1 for number in found.values()) > len(found) / 3


def test_entries_are_of_every_year(entries: list[str]) -> None:
    assert {entry.split("<published>")[1][:4] for entry in entries} == set(map(str, YEARS))


def _content(entry: str) -> str:
    return entry.split("<content")[1].split("</content>")[0]
