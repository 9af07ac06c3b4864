"""Tells how well hits are ordered: `python tests/ranking.py FEEDS_FOLDER [--each] [--floor-ndcg X] [--floor-mrr Y]`.

The method is that of the Cranfield and TREC collections. tests/data/judgements.json holds queries of two kinds: a
`known-item` query looks for one entry that a reader remembers, a `topic` query for whatever is good on a subject. For
each query the ten best hits of three systems were pooled and judged in random order, without their origin: grade 3 is
exactly what is sought, 2 is good, 1 is at the margin, 0 is not relevant. Where that made fewer than six, the best
entries with any of the words were judged too. Hits that a later ranking of Feedsift brought up were judged one by one,
not blind, against the grades already there. The systems have the same entries and are asked the same words: Feedsift
through the public names of `index`; Whoosh's BM25F as it comes, with its StemmingAnalyzer; and the bm25() of SQLite's
FTS5 as it comes, with the Porter stemmer.

nDCG@10 is after Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (ACM TOIS 20:4, 2002), with
the gain 2^grade - 1 of Burges et al. (ICML 2005) and the discount log2(1 + rank); the ideal order is that of all judged
entries. MRR is the mean of 1 / rank of the first hit with a grade of 2 or 3 (Voorhees, "The TREC-8 Question Answering
Track Report", 1999). A hit without a judgement counts as grade 0, so a changed ranking is measured rightly only once
its new hits are judged as well: `judged@10` is the share that is, and `--unjudged` lists the rest.
"""

from __future__ import annotations

import argparse
import json
import math
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from urllib.parse import urldefrag

from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import MultifieldParser
from whoosh.qparser.common import QueryParserError

from index import Entry, Library, from_pairs

JUDGEMENTS = Path(__file__).parent / "data" / "judgements.json"
FEEDS = ("djangocon.atom", "weblog-2002-2011.atom")
KINDS = ("known-item", "topic")
DEPTH = 10
"""Hits of each system that are pooled and measured."""
GOOD = 2  # the least grade that ends a reader's search
OURS, WHOOSH, FTS5 = "Feedsift", "Whoosh's default ranking", "SQLite FTS5, bm25"

System = Callable[[str], list[str]]
"""Gives the links of the first hits for a query, best first."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A query, and the grades of the entries that were judged for it by their links."""

    query: str
    kind: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Score:
    """What one system achieves with one query."""

    kind: str
    ndcg: float
    reciprocal_rank: float
    shown: int
    judged: int


# --- measures ---------------------------------------------------------------------------------------------------


def dcg(grades: Iterable[int]) -> float:
    """Give the discounted cumulated gain of grades in the order of their ranks."""
    return sum((2.0**grade - 1) / math.log2(1 + rank) for rank, grade in enumerate(grades, 1))


def ndcg(hits: Sequence[str], grades: Mapping[str, int]) -> float:
    """Give the gain of the first hits as a part of the best that there could be; 0 where nothing is relevant."""
    ideal = dcg(sorted(grades.values(), reverse=True)[:DEPTH])
    return dcg(grades.get(link, 0) for link in hits[:DEPTH]) / ideal if ideal else 0.0


def reciprocal_rank(hits: Sequence[str], grades: Mapping[str, int]) -> float:
    """Give 1 / rank of the first good hit, and 0 where none of the first hits is."""
    return next((1 / rank for rank, link in enumerate(hits[:DEPTH], 1) if grades.get(link, 0) >= GOOD), 0.0)


def score(judgement: Judgement, hits: Sequence[str]) -> Score:
    """Measure the hits for one query."""
    shown, grades = hits[:DEPTH], judgement.grades
    judged = sum(link in grades for link in shown)
    return Score(judgement.kind, ndcg(shown, grades), reciprocal_rank(shown, grades), len(shown), judged)


def mean(scores: Iterable[Score], measure: str) -> float:
    """Give the mean of `ndcg` or `reciprocal_rank` over queries."""
    return fmean(getattr(each, measure) for each in scores)


def read_judgements(path: Path = JUDGEMENTS) -> list[Judgement]:
    """Read the judged queries."""
    found = (Judgement(**item) for item in json.loads(path.read_text(encoding="utf-8")))
    return [replace(each, grades={place(link): grade for link, grade in each.grades.items()}) for each in found]


def place(link: str) -> str:
    """Leave out the fragment: the feeds name an entry that both have by links that differ in nothing else."""
    return urldefrag(link).url


def pool(systems: Iterable[System], query: str) -> set[str]:
    """Give what has to be judged for a query: the links in the top of any system."""
    return {link for search in systems for link in search(query)[:DEPTH]}


def unjudged(judgements: Iterable[Judgement], systems: Collection[System]) -> Iterator[tuple[str, str]]:
    """Give (query, link) of all that is in a pool but not judged."""
    for judgement in judgements:
        for link in sorted(pool(systems, judgement.query) - judgement.grades.keys()):
            yield judgement.query, link


# --- systems ----------------------------------------------------------------------------------------------------


def feedsift(library: Library) -> System:
    """Ask the library as a reader does."""

    def search(query: str) -> list[str]:
        asked, _ = from_pairs([("q", query)])
        return [place(hit.entry.link) for hit in library.search(asked, limit=DEPTH).hits]

    return search


def whoosh_default(entries: Iterable[Entry]) -> System:
    """Index the entries with Whoosh as it comes; a query that it cannot read has no hits."""
    text = TEXT(analyzer=StemmingAnalyzer())
    schema = Schema(link=ID(stored=True), title=text, body=text, tags=text)
    index = RamStorage().create_index(schema)
    with index.writer() as writer:
        for entry in entries:
            writer.add_document(link=entry.link, title=entry.title, body=entry.text, tags=tag_words(entry))
    searcher, parser = index.searcher(), MultifieldParser(["title", "tags", "body"], schema)

    def search(query: str) -> list[str]:
        try:
            return [hit["link"] for hit in searcher.search(parser.parse(query), limit=DEPTH)]
        except QueryParserError:
            return []

    return search


def fts5(entries: Iterable[Entry]) -> System:
    """Index the entries with FTS5; every word of a query has to be there."""
    connection = sqlite3.connect(":memory:")
    columns = "link UNINDEXED, title, body, tags, tokenize = 'porter unicode61'"
    connection.execute(f"CREATE VIRTUAL TABLE entry USING fts5 ({columns})")
    rows = ((entry.link, entry.title, entry.text, tag_words(entry)) for entry in entries)
    connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", rows)

    def search(query: str) -> list[str]:
        words = " ".join('"' + word.replace('"', '""') + '"' for word in query.split())
        chosen = "SELECT link FROM entry WHERE entry MATCH ? ORDER BY bm25(entry) LIMIT ?"
        return [link for (link,) in connection.execute(chosen, (words, DEPTH))]

    return search


def tag_words(entry: Entry) -> str:
    """Give an entry's tags as text."""
    return " ".join(tag.name for tag in entry.tags)


# --- the command ------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    """Measure the systems and print what they achieve, or list what is not judged; gives the exit code."""
    options = parse_arguments(arguments)
    judgements = read_judgements()
    with tempfile.TemporaryDirectory(prefix="feedsift-") as folder, closing(Library(Path(folder))) as library:
        take_in(library, options.feeds)
        entries = [entry._replace(link=place(entry.link)) for entry in library.store.whole()]
        systems = {OURS: feedsift(library)}
        if options.unjudged:
            sys.stdout.writelines(f"{query}\t{link}\n" for query, link in unjudged(judgements, systems.values()))
            return 0
        systems |= {WHOOSH: whoosh_default(entries), FTS5: fts5(entries)}
        scores = {name: [score(each, search(each.query)) for each in judgements] for name, search in systems.items()}
    if options.each:
        print_each(judgements, scores)
    print_table(scores)
    print_extent(judgements, {entry.link for entry in entries})
    return check_floors(scores[OURS], {"ndcg": options.floor_ndcg, "reciprocal_rank": options.floor_mrr})


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure how well hits are ordered.")
    parser.add_argument("feeds", type=Path, help=f"the folder that holds {' and '.join(FEEDS)}")
    parser.add_argument("--each", action="store_true", help="print the nDCG@10 of each query as well")
    parser.add_argument("--unjudged", action="store_true", help="only list hits of Feedsift that are not judged yet")
    parser.add_argument("--floor-ndcg", type=float, default=0.0, help="fail where Feedsift's nDCG@10 is lower")
    parser.add_argument("--floor-mrr", type=float, default=0.0, help="fail where Feedsift's MRR is lower")
    return parser.parse_args(arguments)


def take_in(library: Library, feeds: Path) -> None:
    """Take in the two feeds."""
    for name in FEEDS:
        for intake in library.add(str(feeds / name)):
            if intake.error:
                sys.exit(f"{name} could not be taken in: {intake.error}")
    library.publish()


def print_table(scores: Mapping[str, Sequence[Score]]) -> None:
    """Print a line for each system: both measures for each kind and for all, and how much of it is judged."""
    heads = "".join(f"{kind:>12}" for kind in (*KINDS, "all"))
    print(f"\n{'':26}{'nDCG@10':>36}{'MRR':>36}\n{'system':26}{heads}{heads}{'judged@10':>12}")
    for name, found in scores.items():
        groups = [*([each for each in found if each.kind == kind] for kind in KINDS), found]
        values = [mean(group, measure) for measure in ("ndcg", "reciprocal_rank") for group in groups]
        judged = sum(each.judged for each in found) / max(1, sum(each.shown for each in found))
        print(f"{name:26}{''.join(f'{value:12.3f}' for value in values)}{judged:12.1%}")


def print_each(judgements: Iterable[Judgement], scores: Mapping[str, Sequence[Score]]) -> None:
    """Print a line for each query: its nDCG@10 in each system."""
    print(f"{'nDCG@10':12}{'query':40}" + "".join(f"{name.split()[0]:>10}" for name in scores))
    for judgement, found in zip(judgements, zip(*scores.values(), strict=True), strict=True):
        print(f"{judgement.kind:12}{judgement.query:40}" + "".join(f"{each.ndcg:10.3f}" for each in found))


def print_extent(judgements: Sequence[Judgement], links: set[str]) -> None:
    """Print how many queries and judgements there are, and how many of the judgements name no entry."""
    judged = [link for judgement in judgements for link in judgement.grades]
    lost = sum(link not in links for link in judged)
    print(f"{len(judgements)} queries, {len(judged)} judgements; {lost} of their addresses not among the entries")


def check_floors(ours: Sequence[Score], floors: Mapping[str, float]) -> int:
    """Say where Feedsift stays under a floor, and give the exit code."""
    low = [(measure, value, floor) for measure, floor in floors.items() if (value := mean(ours, measure)) < floor]
    for measure, value, floor in low:
        print(f"Feedsift's mean {measure} over all queries is {value:.4f}, under its floor {floor}.", file=sys.stderr)
    return int(bool(low))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
