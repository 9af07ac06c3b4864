"""Addresses that make a browser scroll to a passage and mark it (WICG "URL Fragment Text Directives")."""

from __future__ import annotations

from urllib.parse import quote

from index import Snippet

LONGEST = 40
"""Letters of a run without spaces that are taken for a word; more are a sentence of a script that has none."""


def at_passage(link: str, snippet: Snippet) -> str:
    """Give a link with a text fragment of the first words that were found; the link itself where there are none.

    The word before and the word after go along, so that the right one of several places is met. Each of the three may
    stand in a paragraph of its own: a browser looks for them one by one.
    """
    directive = _directive(snippet)
    if not link or not directive:
        return link
    return f"{link}{':~:' if '#' in link else '#:~:'}text={directive}"


def _directive(snippet: Snippet) -> str:
    text = snippet.text
    start, end = _found(snippet)
    if start == end:
        return ""
    first = start - len(_last_word(text[:start]))
    last = end + len(_first_word(text[end:]))
    if last - first - (end - start) > LONGEST:  # no spaces around it: nothing that could be called a word
        return _encoded(text[start:end])
    # Of the word before and the word after, with what stands behind each: a word that is cut is no word.
    *further, before = text[:first].rsplit(maxsplit=1) or [""]
    after, *others = text[last:].split(maxsplit=1) or [""]
    found = _encoded(text[first:last])
    if before and len(before) <= LONGEST and (further or not snippet.is_cut_before):
        found = f"{_encoded(before)}-,{found}"
    if after and len(after) <= LONGEST and (others or not snippet.is_cut_after):
        found = f"{found},-{_encoded(after)}"
    return found


def _found(snippet: Snippet) -> tuple[int, int]:
    """Give where the first marked run begins and ends; the same place twice where none is marked."""
    at = 0
    for run, is_marked in snippet.runs:
        if is_marked:
            return at, at + len(run)
        at += len(run)
    return 0, 0


def _last_word(text: str) -> str:
    """Give the word that a text ends in the middle of, if it does."""
    return "" if not text or text[-1].isspace() else text.split()[-1]


def _first_word(text: str) -> str:
    """Give the word that a text begins in the middle of, if it does."""
    return "" if not text or text[0].isspace() else text.split(maxsplit=1)[0]


def _encoded(words: str) -> str:
    words = " ".join(words.split())
    return words if words.isascii() and words.isalnum() else quote(words, safe="").replace("-", "%2D")
