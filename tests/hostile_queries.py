"""Texts that nobody honest searches for, and what they cost; `make hostile`, or `python -m tests.hostile_queries`.

    python -m tests.hostile_queries [--entries 10000] [--seconds 10] [--rounds 3]

Each text of QUERIES is asked of each of PATHS, of a server as it is shipped with two workers over made-up entries. The
answer has to be one (200) or a refusal (4xx), within BAR; what is refused for want of time (503) misses that. Then
CLIENTS ask them at once, without a rest, and so do as many who ask ordinary searches; p95 of four others, who ask as
usual, may not be more than TIMES as long beside the first as beside the second. As a machine has more to do, the best
of some rounds counts, each time with other texts: no answer is one that was kept. Prints the slowest; the exit code is
1 where a bar is missed.

All on this machine; it ends by itself. tests/webapp/test_hostile_queries.py asks the same, without a clock.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests import errands
from tests.load import add
from tests.plenty import Plenty
from tests.slow import usual
from tests.visitors import Answer, Figures, Visitor
from tests.webapp.servers import running

BAR = 0.25
"""Seconds for an answer."""
TIMES = 2.0
CLIENTS = 4
SLOWEST = 15
LONGEST = 1_000
"""Characters that a search may have."""
PATHS = ["/?q={}", "/fragments/entries?q={}", "/suggest?q={}", "/facets/tag/?q={}", "/entries.json?q={}&size=10"]

Make = Callable[[Plenty, random.Random], str]
"""Makes a text, another one for other dice."""


def _fill(make: Callable[[], str], between: str = " ") -> str:
    """Give as many pieces as a search may have."""
    found = make()
    while len(longer := f"{found}{between}{make()}") <= LONGEST:
        found = longer
    return found


def _word(plenty: Plenty, dice: random.Random) -> str:
    return dice.choice(plenty.words[:300])


def _letters(dice: random.Random, number: int, of: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    return "".join(dice.choices(of, k=number))


QUERIES: dict[str, Make] = {
    "one word of 1,000 letters": lambda _, dice: _letters(dice, LONGEST),
    "one letter 1,000 times": lambda _, dice: _letters(dice, 1) * LONGEST,
    "20,000 words": lambda p, dice: " ".join(_word(p, dice) for _ in range(20_000)),
    "as many words as there may be": lambda p, dice: _fill(lambda: _word(p, dice)),
    "as many rare words": lambda p, dice: _fill(lambda: dice.choice(p.words)),
    "as many misspelt words": lambda p, dice: _fill(lambda: _word(p, dice) + _letters(dice, 1)),
    "one letter each": lambda _, dice: _fill(lambda: _letters(dice, 1)),
    "?*": lambda _, dice: "?*" * dice.randint(1, 500),
    "*": lambda _, dice: "* " * dice.randint(1, 500),
    "*a*": lambda _, dice: f"*{_letters(dice, 1)}*",
    "a* b* c*": lambda _, dice: _fill(lambda: f"{_letters(dice, 1)}*"),
    "prefixes of two letters": lambda _, dice: _fill(lambda: f"{_letters(dice, 2)}*"),
    "prefixes left out": lambda _, dice: _fill(lambda: f"-{_letters(dice, 1)}*"),
    "[a TO z]": lambda _, dice: f"[{_letters(dice, 1)} TO z]",
    "{* TO *}": lambda _, dice: "{* TO *} " * dice.randint(1, 100),
    "fuzzy": lambda p, dice: _fill(lambda: f"{_word(p, dice)}~9"),
    "NOT 45 times": lambda p, dice: "NOT " * 45 + _word(p, dice),
    "OR without end": lambda p, dice: _fill(lambda: _word(p, dice), " OR "),
    "OR of prefixes": lambda _, dice: _fill(lambda: f"{_letters(dice, 2)}*", " OR "),
    "words left out": lambda p, dice: _fill(lambda: f"-{_word(p, dice)}"),
    "OR, AND and NOT alone": lambda _, dice: _fill(lambda: dice.choice(["OR", "AND", "NOT"])),
    "brackets that open": lambda _, dice: "(" * dice.randint(900, LONGEST),
    "brackets around a word": lambda p, dice: "(" * 490 + _word(p, dice) + ")" * 490,
    "brackets in brackets": lambda p, dice: _fill(lambda: f"({_word(p, dice)} OR -(", ""),
    "quotation marks": lambda _, dice: '"' * dice.randint(900, LONGEST),
    "a phrase of 200 words": lambda p, dice: f'"{_fill(lambda: _word(p, dice))[: LONGEST - 2]}"',
    "one word again and again as a phrase": lambda p, dice: f'"{" ".join([_word(p, dice)] * 80)}"',
    "phrases of two words": lambda p, dice: _fill(lambda: f'"{_word(p, dice)} {_word(p, dice)}"'),
    "minus signs": lambda _, dice: "-" * dice.randint(900, LONGEST),
    "fields of fields": lambda p, dice: "title:" * 150 + _word(p, dice),
    "a field each": lambda p, dice: _fill(
        lambda: f"{dice.choice(['title', 'body', 'author', 'url'])}:{_word(p, dice)}"
    ),
    "tags that there are": lambda p, dice: _fill(lambda: f"tag:{dice.choice(p.tags)}"),
    "tags that there are not": lambda _, dice: "tag:" + _fill(lambda: _letters(dice, 3), ","),
    "spans of time": lambda _, dice: _fill(lambda: f"date:{dice.randint(1, 2000):04}..{dice.randint(2001, 9999)}"),
    "what a pattern chokes on": lambda _, dice: f"{_letters(dice, 1)}{'a' * 900}!" + "(a+)+$",
    "a word that becomes 18 letters, 250 times": lambda _, dice: "\ufdfa" * 250 + _letters(dice, 2),
    "a letter with 900 accents": lambda _, dice: _letters(dice, 1) + "\u0301" * 900,
    "ideographs": lambda _, dice: "".join(chr(dice.randint(0x4E00, 0x9FFF)) for _ in range(LONGEST)),
    "one ideograph 1,000 times": lambda _, dice: chr(dice.randint(0x4E00, 0x9FFF)) * LONGEST,
    "people of people": lambda _, dice: "\U0001f469\u200d" * 400 + _letters(dice, 1),
    "from right to left": lambda _, dice: "\u202e" * 500 + _letters(dice, 3),
    "controls": lambda _, dice: _letters(dice, 900, "".join(map(chr, range(32)))) + "a",
    "half characters": lambda _, dice: "\ud800" * 500 + _letters(dice, 2),
    "beyond the last plane": lambda _, dice: "\U0010ffff" * 500 + _letters(dice, 2),
    "blanks": lambda _, dice: " " * dice.randint(900, LONGEST),
}


def addresses(plenty: Plenty, dice: random.Random) -> Iterator[tuple[str, str]]:
    """Give every text at every path, with its name; other texts each time."""
    for name, make in QUERIES.items():
        for path in PATHS:
            text = quote(make(plenty, dice).encode("utf-8", "surrogatepass"), safe="")
            yield f"{name} at {path.partition('?')[0]}", path.format(text)


@dataclass
class Costs:
    """What each kind cost, and what was wrong with its answers."""

    seconds: dict[str, float] = field(default_factory=dict)
    """The best, by name."""
    wrong: list[str] = field(default_factory=list)

    def note(self, name: str, seconds: float, answer: Answer | None) -> None:
        """Take one answer; where it is refused for want of time (503), as it cannot say so, it took for ever."""
        status = answer.status if answer else 0
        is_late = answer is not None and answer.is_partial and status == 503
        self.seconds[name] = min(math.inf if is_late else seconds, self.seconds.get(name, math.inf))
        if not (status == 200 or 400 <= status < 500 or is_late):
            self.wrong.append(f"{name}: {status or 'no answer'}")

    def tell(self) -> int:
        """Print the slowest and what was wrong; gives the exit code."""
        ordered = sorted(self.seconds.items(), key=lambda pair: -pair[1])
        for name, seconds in ordered[:SLOWEST]:
            print(f"{seconds * 1000:8.1f} ms  {name}{'  OVER THE BAR' if seconds > BAR else ''}")
        late = sum(seconds > BAR for seconds in self.seconds.values())
        print(f"{len(ordered)} kinds of requests, {late} over {BAR * 1000:.0f} ms, {len(self.wrong)} wrong", flush=True)
        for line in self.wrong[:SLOWEST]:
            print(f"WRONG {line}")
        return int(bool(late or self.wrong))


def main(arguments: Sequence[str]) -> int:
    """Make a library, serve it, ask; gives the exit code."""
    options = _options(arguments)
    plenty = Plenty(options.entries, 1)
    with tempfile.TemporaryDirectory(prefix="feedsift-") as name:
        folder = Path(name)
        (folder / "plenty.atom").write_bytes(plenty.document())
        add(folder / "data", folder / "plenty.atom")
        with running(folder / "data", "--workers", "2", is_as_shipped=True, FEEDSIFT_RATE_LIMIT="0") as server:
            code = asyncio.run(_measured(server.port, plenty, options))
            if "Traceback" in server.printed:
                print(server.printed[-3_000:])
                code = 1
    return code


async def _measured(port: int, plenty: Plenty, options: argparse.Namespace) -> int:
    costs = Costs()
    for number in range(options.rounds):
        await _each(port, plenty, random.Random(number), costs)
    code = costs.tell()
    best: dict[str, float] = {}
    for number in range(options.rounds):
        for name, ask in (("ordinary", _ordinary), ("hostile", _hostile)):
            crowd = [ask(plenty, random.Random(f"{number} {client}")) for client in range(CLIENTS)]
            p95, others = await _beside(port, plenty, crowd, options.seconds)
            best[name] = min(p95, best.get(name, p95))
            print(f"p95 {p95 * 1000:6.1f} ms beside {CLIENTS} clients of {name} searches: {others}", flush=True)
    times = best["hostile"] / best["ordinary"]
    print(
        f"at best {best['hostile'] * 1000:.1f} ms, {times:.1f} times {best['ordinary'] * 1000:.1f} ms; {TIMES} may be"
    )
    return code | int(times > TIMES)


async def _each(port: int, plenty: Plenty, dice: random.Random, costs: Costs) -> None:
    """Ask for each thing once, one after the other."""
    visitor = Visitor(port, Figures())
    for name, address in addresses(plenty, dice):
        start = time.perf_counter()
        answer = await visitor.ask(address)
        costs.note(name, time.perf_counter() - start, answer)
    visitor.close()


async def _beside(port: int, plenty: Plenty, crowd: Sequence[Iterator[str]], seconds: float) -> tuple[float, str]:
    """Have a crowd ask without a rest; give p95 of those who ask as usual meanwhile, and what came of the crowd."""
    figures, deadline = Figures(), time.monotonic() + seconds

    async def one(asked: Iterator[str]) -> None:
        visitor = Visitor(port, figures)
        for address in asked:
            if time.monotonic() > deadline:
                break
            await visitor.ask(address)
        visitor.close()

    others = asyncio.gather(*map(one, crowd))
    ours = await usual(port, plenty, seconds)
    await others
    return ours.quantiles()["p95"], figures.line(seconds)


def _hostile(plenty: Plenty, dice: random.Random) -> Iterator[str]:
    while True:
        asked = [address for _, address in addresses(plenty, dice)]
        dice.shuffle(asked)
        yield from asked


def _ordinary(plenty: Plenty, dice: random.Random) -> Iterator[str]:
    return (errand.address for errand in errands.distinct(plenty, dice))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ask what nobody honest searches for.")
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10, help="for each crowd and round")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
