"""Cuts a query into its smallest parts: words, phrases, operators, parentheses. Called by index.syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DEEPEST_GROUP = 20

_LEXEME = re.compile(
    r"""
    (?P<open>\() | (?P<close>\))
  | (?P<minus>(?:(?<=[\s(])|\A)-(?=[^\s)-]))
  | (?:(?P<field>[A-Za-z]+):)?"(?P<phrase>[^"]*)"
  | (?P<run>[^\s()"]+)
  | (?P<stray>")
    """,
    re.VERBOSE,
)
# Signs that belong to how people write words, and so are nothing to speak of.
_ORDINARY = re.compile(r"""[^\W]|['’\-–—_]|[.,;!?…]+$|(?<=\w)[./&@](?=\w)|[^\x00-\x7f]""")


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A part of a query: `kind` is open, close, minus, AND, OR, NOT, phrase, run or stray."""

    kind: str
    text: str
    start: int
    end: int
    field: str = ""
    """What stood before the colon of `field:"a phrase"`."""

    @property
    def is_odd(self) -> bool:
        """True where the text has signs that could have been meant as an operator."""
        return bool(_ORDINARY.sub("", self.text))


def lexemes(text: str) -> Iterator[Lexeme]:
    """Give the lexemes of a text in order; white space is none."""
    for match in _LEXEME.finditer(text):
        kind, (start, end) = match.lastgroup or "stray", match.span()
        if kind == "phrase":
            yield Lexeme(kind, match["phrase"], start, end, (match["field"] or "").lower())
        elif kind == "run" and match["run"] in ("AND", "OR", "NOT"):
            yield Lexeme(match["run"], match["run"], start, end)
        else:
            yield Lexeme(kind, match.group(), start, end)


def balanced(found: list[Lexeme]) -> tuple[list[Lexeme], list[str]]:
    """Leave out quotation marks and parentheses without a partner, and those nested too deep; name what it was."""
    stray: set[int] = {at for at, lexeme in enumerate(found) if lexeme.kind == "stray"}
    stack: list[int] = []
    for at, lexeme in enumerate(found):
        if lexeme.kind == "open":
            stack.append(at)
        elif lexeme.kind == "close":
            if not stack:
                stray.add(at)
            elif len(stack) > DEEPEST_GROUP:
                stray |= {stack.pop(), at}
            else:
                stack.pop()
    stray.update(stack)
    names = ["quotation mark" if found[at].kind == "stray" else "parenthesis" for at in sorted(stray)]
    return [lexeme for at, lexeme in enumerate(found) if at not in stray], list(dict.fromkeys(names))
