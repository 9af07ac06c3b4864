"""Text to words, the same for entries and for queries, whatever the engine.

Entries are indexed by the *forms* of their words: as written, without case and width. What else a query's word stands
for is decided when it is asked: the same letters without accents (`fold`), and the same stem in the language of the
entry (`stem`, Snowball). What is written without spaces between words (Chinese, Japanese, Korean, Thai and more)
becomes pairs of neighbouring characters. Called by the writer (entries), the query parser (words) and the snippets
(what to mark).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer

ACCENTS_FROM = 200
"""Canonical combining classes from here on sit above or below a letter: accents, not vowel signs."""
UNDIVIDED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
"""Letters that Unicode does not take apart into a plain one and an accent, though people type them so."""
POINTS = range(10, 37)
"""Combining classes of the points of Hebrew, Arabic and Syriac, which most writers leave out."""
LONGEST_WORD = 64
"""Longer runs of letters are cut: nobody searches for them, and each would be a word of its own."""
IGNORED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
"""Signs that nobody sees: soft hyphens, joiners, directions, variants (Unicode, default ignorable code points)."""
DEFAULT_LANGUAGE = "en"
"""What an entry is taken to be written in where its feed does not say."""
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Snowball's name for the stemmer of a language (ISO 639-1); other languages are not stemmed."""

CUT_AT_THE_END = frozenset("da en es nb nn no pt ro ru sv".split())
"""Languages whose stems begin as the word does, but for their last two letters at most, and with its first letter."""
CUT_WITHIN = frozenset("de fi".split())
"""Those of which stems begin with the same letter as the word, but lose others before their end (`ae`, `nn`)."""

# Scripts that are written without spaces between words: Han, kana, Hangul (with endings that no stemmer here knows),
# Thai, Lao, Burmese, Khmer.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_PICTURES = "\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff"
_JOINERS = "\u200c\u200d"  # inside words of Persian and of India; no letters themselves
_UNSPACED_START = re.compile(f"[{_UNSPACED}]")
_PLAIN = str.maketrans({"’": "'", "\u200c": None, "\u200d": None})
_SIGNS = str.maketrans({**dict.fromkeys("‐‑‒–—―−", "-"), "’": "'"})
# What is not in ASCII of most English texts, each as one sign: then they can be read in a simpler way.
_TYPOGRAPHY = tuple(zip("‘’“”–—…•\u00a0", '`\'""--.* ', strict=True))
_LETTER = re.compile("[a-z0-9]")
_ENDING = re.compile(r"(?:[sdmt]|ll|re|ve)(?![a-z0-9])", re.ASCII)
_ASCII = re.compile(rf"[a-z](?:\+\+|\#)(?!\w)|[a-z0-9]+(?:'{_ENDING.pattern})?", re.ASCII)
"""What `_pattern` finds in a text of ASCII without capitals."""
_local = threading.local()  # a Stemmer keeps a cache that two threads must not share
_available = frozenset(Stemmer.algorithms())


class Token(NamedTuple):
    """A word's form and where it stands in the text: `text[start:end]`."""

    form: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Give the words of `text` with their places; of a run without spaces, each character and the one after it."""
    if (like := plain(text)) is not None:
        for match in _ASCII.finditer(like):
            yield Token(match.group()[:LONGEST_WORD], match.start(), match.end())
        return
    for match in _pattern().finditer(text):
        if match.lastgroup == "run":
            first, last = match.span()
            for at in range(first, last):
                end = min(at + 2, last)
                yield Token(form(text[at:end]), at, end)
        else:
            yield Token(form(match.group()), match.start(), match.end())


def placed(text: str) -> tuple[list[str], Callable[[int], tuple[int, int]]]:
    """Give the forms of the words of `text` in order, and what tells where the word of a number begins and ends."""
    if (like := plain(text)) is not None:
        matches = list(_ASCII.finditer(like))
        return [match[0][:LONGEST_WORD] for match in matches], lambda number: matches[number].span()
    found = list(tokens(text))
    return [token.form for token in found], lambda number: found[number][1:]


def plain(text: str) -> str | None:
    """Give a text as ASCII without capitals, sign for sign; None where it has letters for which there is no such."""
    if not text.isascii():
        for sign, like in _TYPOGRAPHY:  # ten times as fast as str.translate
            text = text.replace(sign, like)
    return text.lower() if text.isascii() else None


def beginning(plain: str, starts: Iterable[str]) -> tuple[list[str], Callable[[int], tuple[int, int]]]:
    """Give of a `plain` text what `placed` does, but for words that begin otherwise; those with the first start first.

    No start is to begin with another one. What follows an apostrophe is among them though it may belong to the word
    before: `is_ending` tells.
    """
    places = [place for start in starts for place in _beginning(plain, start)]
    return [plain[start:end][:LONGEST_WORD] for start, end in places], lambda number: places[number]


def is_ending(plain: str, at: int) -> bool | None:
    """Tell whether what begins there is the end of the word before, as in it's; None where that takes the whole text.

    It does where that word, too, follows an apostrophe.
    """
    if at < 2 or plain[at - 1] != "'" or not plain[at - 2].isalnum() or not _ENDING.match(plain, at):
        return False
    start = at - 2
    while start and plain[start - 1].isalnum():
        start -= 1
    return None if start and plain[start - 1] == "'" else True


def is_between(plain: str, start: int, end: int) -> bool:
    """Tell whether a word stands anywhere in this part of a `plain` text."""
    return _LETTER.search(plain, start, end) is not None


def forms(text: str) -> list[str]:
    """Give the forms of the words of `text` in order."""
    return [token.form for token in tokens(text)]


def asked_forms(text: str) -> list[str]:
    """Give the forms that a text which is looked for has in an entry that holds it.

    As `forms`, but for the last character of a run without spaces at the end: in an entry, more may follow it.
    """
    found = list(tokens(text))
    if len(found) > 1 and is_unspaced(found[-1].form) and found[-2].end == found[-1].end:
        found.pop()
    return [token.form for token in found]


def is_unspaced(form: str) -> bool:
    """Tell whether a form is of a script that is written without spaces between words."""
    return _UNSPACED_START.match(form) is not None


def is_lone(form: str) -> bool:
    """Tell whether a form is a single character of such a script: what begins every pair of it and another one."""
    return len(form) == 1 and is_unspaced(form)


@lru_cache(maxsize=20_000)
def form(word: str) -> str:
    """Give a word as entries are indexed by it: without case and width, cut to `LONGEST_WORD` letters."""
    if word.isascii():
        return word.lower()[:LONGEST_WORD]
    # Normalised first: bold and other styled letters have no case of their own.
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    return plain.translate(_PLAIN)[:LONGEST_WORD]


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Take case, width and accents away: `Café` becomes `cafe`."""
    if text.isascii():
        return text.lower()
    # Taken apart first: bold and other styled letters have no case of their own.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = (letter for letter in decomposed if not _is_accent(unicodedata.combining(letter)))
    return unicodedata.normalize("NFKC", "".join(bare)).translate(_PLAIN).translate(UNDIVIDED)


def stem(folded: str, language: str) -> str:
    """Give the stem of a folded word in a language (as `primary` gives it); the word itself where there is none."""
    return str(_stemmer(language).stemWord(folded)) if STEMMERS.get(language) in _available else folded


def stems(folded: list[str], language: str) -> list[str]:
    """Give the stem of each of many folded words, as `stem` does."""
    return list(_stemmer(language).stemWords(folded)) if STEMMERS.get(language) in _available else folded


def start_of_all(stem: str, language: str) -> str:
    """Give that with which all folded words of a stem in a language begin; empty where that may be anything."""
    if STEMMERS.get(language) not in _available:
        return stem
    if language in CUT_AT_THE_END:
        return stem[: max(1, len(stem) - 2)]
    return stem[:1] if language in CUT_WITHIN else ""


@lru_cache(maxsize=1_000)
def primary(language: str) -> str:
    """Give the language of an RFC 5646 tag without its region and script: `en-GB` gives `en`."""
    return re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0] or DEFAULT_LANGUAGE


def tag_key(name: str) -> str:
    """Give what two spellings of one tag share; it may be empty, and such a tag is none.

    Case, width, ligatures, runs of white space, signs that nobody sees and the kinds of dashes do not count.
    """
    if name.isascii():
        return " ".join(name.lower().split())
    seen = IGNORED.sub("", unicodedata.normalize("NFKC", name)).translate(_SIGNS)
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())


@cache
def _pattern() -> re.Pattern[str]:
    """Make what finds words. For Python, the marks that belong to letters are no letters: they are collected first."""
    marks = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M")
    letter = rf"[^\W_{_UNSPACED}][{marks}{_JOINERS}]*"
    return re.compile(
        rf"""
        (?P<signed>[a-z](?:\+\+|\#)(?!\w))                             # the names of languages that end in a sign
      | (?P<word>(?:{letter})+(?:['’](?:[sdmt]|ll|re|ve)(?!{letter}))?)  # can't is one; l'école, O'Reilly are two
      | (?P<run>[{_UNSPACED}]+)
      | (?P<picture>[{_PICTURES}])
        """,
        re.IGNORECASE | re.VERBOSE,
    )


def _beginning(plain: str, start: str) -> Iterator[tuple[int, int]]:
    """Give where the words of a `plain` text that begin so stand.

    The next one is looked for in each, too: in what seems to be one word, another may end, as in can't't.
    """
    if len(start) == 1:  # a letter is met so often within words that a pattern has to pass over these
        yield from ((match.start(), match.end(1)) for match in _with_letter(start).finditer(plain))
        return
    at = plain.find(start)
    while at >= 0:
        if (not at or not plain[at - 1].isalnum()) and (match := _ASCII.match(plain, at)):
            yield match.span()
        at = plain.find(start, at + 1)


@cache
def _with_letter(letter: str) -> re.Pattern[str]:
    """Make what finds the letter at the beginning of words, and in a group what else `_ASCII` finds of each."""
    signed = r"(?:\+\+|\#)(?!\w)|" if letter.isalpha() else ""
    return re.compile(rf"{letter}(?<![a-z0-9].)(?=({signed}[a-z0-9]*(?:'{_ENDING.pattern})?))", re.ASCII)


def _is_accent(combining: int) -> bool:
    return combining >= ACCENTS_FROM or combining in POINTS


def _stemmer(language: str) -> Stemmer.Stemmer:
    stemmers: dict[str, Stemmer.Stemmer] = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(STEMMERS[language])
    return stemmers[language]
