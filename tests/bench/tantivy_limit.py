"""The compiled limit: tantivy, asked in process for 20 hits, their number, and the counts of tags and years.

Run by tests.bench.limits with the Python of the peers, in which alone tantivy is installed: gets {"database",
"queries"} on standard input, gives {"seconds", "totals"} for each query.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import time

import tantivy

ROUNDS = 3
SHOWN = 20
FACETS = {
    "tags": {"terms": {"field": "tags", "size": 40}},
    "years": {"terms": {"field": "year", "size": 40}},
}


def indexed(database: str) -> tantivy.Index:
    """Index the entries of a database in memory, in one segment."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True, fast=True)
    builder.add_text_field("title", tokenizer_name="en_stem")
    builder.add_text_field("body", tokenizer_name="en_stem")
    builder.add_text_field("tags", tokenizer_name="raw", fast=True)
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_integer_field("month", indexed=True, fast=True)
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=1_000_000_000, num_threads=1)
    rows = sqlite3.connect(database).execute("SELECT id, title, body, tags, year, month FROM entries")
    for id, title, body, tags, year, month in rows:
        dated = {"year": year, "month": month} if year else {}
        writer.add_document(tantivy.Document(id=id, title=title, body=body, tags=json.loads(tags), **dated))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def asked(index: tantivy.Index, text: str) -> tuple[float, int]:
    """Ask once; gives seconds of the processor, and the number of hits."""
    start = time.process_time()
    query = (
        index.parse_query(text, ["title", "body"], conjunction_by_default=True) if text else tantivy.Query.all_query()
    )
    searcher = index.searcher()
    found = searcher.search(query, SHOWN, count=True)
    searcher.aggregate(query, FACETS)
    return time.process_time() - start, found.count


def main() -> None:
    """Do what standard input says."""
    job = json.load(sys.stdin)
    index = indexed(job["database"])
    rounds = [[asked(index, text) for text in job["queries"]] for _ in range(ROUNDS)]
    seconds = [statistics.median(each[0] for each in times) for times in zip(*rounds, strict=True)]
    json.dump({"seconds": seconds, "totals": [total for _, total in rounds[0]]}, sys.stdout)


if __name__ == "__main__":
    main()
