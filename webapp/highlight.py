"""Addresses that make a browser scroll to a passage and mark it (WICG "URL Fragment Text Directives")."""

from __future__ import annotations

import re
from urllib.parse import quote

from index import Snippet

WORDS = 2
"""Words on each side of what was found, so that the right one of several places is met."""
_SENTENCE_END = re.compile(r"[.!?:;…\"“”()\[\]]")


def at_passage(link: str, snippet: Snippet) -> str:
    """Give a link with a text fragment of the first words that were found; the link itself where there are none."""
    quoted = _quoted(snippet)
    if not link or not quoted:
        return link
    sign = ":~:" if "#" in link else "#:~:"
    return f"{link}{sign}text={quote(quoted, safe='').replace('-', '%2D')}"


def _quoted(snippet: Snippet) -> str:
    """Give the first marked run with a few words around it, of the same sentence."""
    before = ""
    for at, (run, is_marked) in enumerate(snippet.runs):
        if is_marked:
            after = "".join(text for text, _ in snippet.runs[at + 1 :])
            return " ".join(f"{_last_words(before)}{run}{_first_words(after)}".split())
        before += run
    return ""


def _first_words(text: str) -> str:
    """Give the rest of the word that was begun, and the WORDS after it, up to the end of the sentence."""
    kept = _SENTENCE_END.split(text, maxsplit=1)[0]
    return "".join(re.findall(r"^\S+|\s+\S+", kept)[: WORDS + (not kept[:1].isspace())])


def _last_words(text: str) -> str:
    kept = _SENTENCE_END.split(text)[-1]
    return "".join(re.findall(r"\S+\s*", kept)[-WORDS:])
