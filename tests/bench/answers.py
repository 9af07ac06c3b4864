"""Keeps what is answered, and compares: whether a change has left every answer as it was.

    python -m tests.bench.answers --write FILE [--libraries small real 12000] [--more 400]
    python -m tests.bench.answers --compare FILE [--pages]

For each query of the list, and `--more` others, a file has the number of hits, and digests of their ids in order, of
all counts of facets, of the snippets of the first page, of what is advised where little is found, and of the page as
HTML but for the checksum in the addresses of static files. `--compare` asks what the file was written with; it prints
what differs, and the exit code is 1 where anything does. HTML is compared only with `--pages`, as it may be meant to
change while the answers are not.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from index import Library, from_pairs, lifted
from tests.bench import libraries, queries, vocabulary
from tests.bench.asking import Site
from tests.bench.queries import Question

MORE = 400
MOST_IDS = 5_000
SHOWN = 20
SEED = 77
PAGE = "page"
Answers = dict[str, dict[str, dict[str, Any]]]
"""By library, then by address, then by part of the answer."""


def asked(library: Library, question: Question, site: Site | None = None) -> dict[str, Any]:
    """Give what a library answers, in short; with the site that shows it, its page too."""
    query = library.meant(lifted(from_pairs(question.pairs)[0]))
    page = library.search(query, facet_values=None)
    correction = library.correction(query, page.total) if query.text or query.tags else None
    others = library.alternatives(query, correction) if not page.total else []
    return {
        "total": page.total,
        "ids": _digest(library.ids(query.with_(), limit=MOST_IDS)),
        "facets": _digest({name: [(v.value, v.total) for v in facet.values] for name, facet in page.facets.items()}),
        "snippets": _digest([(hit.entry.id, str(hit.title), str(hit.snippet)) for hit in page.hits]),
        "advice": _digest([str(correction), *map(str, others)]),
    } | ({PAGE: _digest(shown(site, question))} if site else {})


def shown(site: Site, question: Question) -> str:
    """Give the HTML of a page, the same whatever stands in the static files."""
    return re.sub(r"/static/[0-9a-f]{12}/", "/static/x/", site.ask(question.address).decode())


def collected(names: Sequence[str], more: int, *, has_pages: bool) -> Answers:
    """Ask everything of these libraries."""
    found: Answers = {}
    for measured in libraries.every(names):
        words = vocabulary.of(measured)
        others = itertools.islice(queries.different(words, SEED), more if measured.entries > 1_000 else 0)
        site = Site(measured.folder, query_seconds=0) if has_pages else None
        with measured.opened() as library:
            found[measured.name] = {
                each.address: asked(library, each, site) for each in [*queries.fixed(words), *others]
            }
    return found


def differences(before: Answers, after: Answers) -> Iterator[str]:
    """Say what is not as it was, of the parts that both have."""
    for name, answers in before.items():
        if name not in after:
            yield f"{name}: the library is not there"
            continue
        for address, answer in answers.items():
            if parts := _differing(answer, after[name].get(address, {})):
                yield f"{name} {address}: {', '.join(parts)}"


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [
        f"{part} {before[part]} became {after.get(part)}" if part == "total" else part
        for part in before
        if before[part] != after.get(part) and not (part == PAGE and after and PAGE not in after)
    ]


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def main(arguments: Sequence[str]) -> int:
    """Write or compare; gives the exit code."""
    options = _options(arguments)
    if options.write:
        found = collected(options.libraries, options.more, has_pages=True)
        said = {"libraries": options.libraries, "more": options.more, "answers": found}
        options.write.write_text(json.dumps(said, indent=1), encoding="utf-8")
        print(f"{sum(map(len, found.values())):,} answers written")
        return 0
    said = json.loads(options.compare.read_text(encoding="utf-8"))
    after = collected(said["libraries"], said["more"], has_pages=options.pages)
    found = list(differences(said["answers"], after))
    print("\n".join(found) or f"All {sum(map(len, said['answers'].values())):,} answers are as they were.")
    return int(bool(found))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Keep what is answered, or compare with what was.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", type=Path, metavar="FILE")
    what.add_argument("--compare", type=Path, metavar="FILE")
    parser.add_argument("--libraries", nargs="+", default=["small", "real", "12000"])
    parser.add_argument("--more", type=int, default=MORE, help="queries beside those of the list")
    parser.add_argument("--pages", action="store_true", help="compare the HTML of pages as well")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
