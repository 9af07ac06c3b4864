"""What is kept of answers tells every change, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Library
from tests.bench import answers
from tests.bench.asking import Site
from tests.bench.queries import Question
from tests.conftest import TakeIn
from tests.documents import atom, entry
from webapp import assets


@pytest.fixture
def answer(library: Library, take_in: TakeIn) -> dict[str, object]:
    take_in(atom(entry("urn:1", "Low tide", tags=["sea"]), entry("urn:2", "High tide")))
    library.publish()
    return answers.asked(library, Question("a word", "tide"))


def test_an_answer_is_the_same_asked_again(library: Library, answer: dict[str, object]) -> None:
    assert answers.asked(library, Question("a word", "tide")) == answer


def test_an_answer_tells_another_tag(library: Library, answer: dict[str, object], take_in: TakeIn) -> None:
    take_in(atom(entry("urn:1", "Low tide", tags=["moon"]), entry("urn:2", "High tide")))
    library.publish()
    after = answers.asked(library, Question("a word", "tide"))
    assert [part for part in answer if answer[part] != after[part]] == ["facets"]


def test_an_answer_tells_what_is_advised_where_nothing_is_found(library: Library, answer: dict[str, object]) -> None:
    misspelt = answers.asked(library, Question("nothing found", "tjde"))
    assert misspelt["total"] == 0
    assert misspelt["advice"] != answer["advice"]


def test_differences_name_library_address_and_part() -> None:
    before = {"small": {"/?q=a": {"total": 3, "ids": "x"}, "/": {"total": 5, "ids": "y"}}}
    after = {"small": {"/?q=a": {"total": 2, "ids": "z"}, "/": {"total": 5, "ids": "y"}}}
    assert list(answers.differences(before, after)) == ["small /?q=a: total 3 became 2, ids"]
    assert list(answers.differences(before, before)) == []


def test_pages_are_compared_where_both_have_them() -> None:
    before = {"small": {"/": {"total": 5, "page": "x"}}}
    assert list(answers.differences(before, {"small": {"/": {"total": 5}}})) == []
    assert list(answers.differences(before, {"small": {"/": {"total": 5, "page": "y"}}})) == ["small /: page"]


def test_a_page_is_the_same_whatever_stands_in_the_static_files(
    library: Library, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(atom(entry("urn:1", "Low tide")))
    library.publish()
    site, question = Site(library.folder), Question("a word", "tide")
    before = answers.shown(site, question)
    monkeypatch.setattr(assets, "checksum", lambda: "0123456789ab")
    assert "0123456789ab" in site.ask(question.address).decode()
    assert answers.shown(site, question) == before


def test_a_library_that_is_gone_is_a_difference() -> None:
    assert list(answers.differences({"real": {}}, {})) == ["real: the library is not there"]


def test_comparing_fails_where_an_answer_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "answers.json"
    monkeypatch.setattr(answers, "collected", lambda names, more, has_pages: {"small": {"/": {"total": more}}})
    assert answers.main(["--write", str(file), "--libraries", "small", "--more", "7"]) == 0
    assert answers.main(["--compare", str(file)]) == 0
    kept = json.loads(file.read_text())
    kept["answers"]["small"]["/"]["total"] = 8
    file.write_text(json.dumps(kept))
    assert answers.main(["--compare", str(file)]) == 1
    assert "small /: total 8 became 7" in capsys.readouterr().out
