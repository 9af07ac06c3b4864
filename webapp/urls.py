"""Addresses of states and entries: always from the root, always percent-encoded ASCII."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote, urlsplit

from index import DEFAULT_SIZE, Entry, Query, as_value

BROWSE = "/"
FRAGMENT = "/fragments/entries"
EXPORT = "/entries."
FACET = "/facets/{}/"
OEMBED = "/oembed"
BUILDER = "/embed/"
BUILDER_FRAGMENT = "/fragments/embed"
KNOWN = 100
"""Characters of a text that is encoded once: a page repeats the same ones some hundred times."""
_KEPT_BY_NEWER_RULES = set("ßς\u200c\u200d")


def page(query: Query) -> str:
    """Give the canonical address of a state's page."""
    return BROWSE + of(query)


def of(query: Query) -> str:
    """Give what stands behind the path in the address of a state's page, question mark included; maybe nothing."""
    return with_parameters("", [pair for pair in query.pairs() if pair[0] != "after"])


def varying(parameters: str, name: str, value: str) -> Callable[[str], str]:
    """Give what makes, of another value, parameters that differ from these in the value of `name` alone.

    A page has a hundred such addresses, and reads the state of one. No value has a bare `=` in it.
    Raises ValueError where `value` is not what they have.
    """
    before, found, after = parameters.partition(f"{name}={_quoted(value)}")
    if not found:
        raise ValueError(f"{name} is not {value} in {parameters}")
    return lambda other: f"{before}{name}={_quoted(other)}{after}"


class Tagging:
    """Makes addresses that differ from a state's in one tag more, behind the path: a page has some forty of them.

    They are those of Query.with_tag and its like, for tags by key that the state has not got in any way.
    """

    def __init__(self, query: Query) -> None:
        """Take the state."""
        pairs = [pair for pair in query.with_().pairs() if pair[0] not in ("tag", "exclude.tag")]
        self._words = [_pair(name, value) for name, value in pairs if name == "q"]
        self._rest = [_pair(name, value) for name, value in pairs if name != "q"]
        self._groups, self._open = query.tags, query.open_group
        self._others = tuple(group for group in query.tags if group != self._open)
        self._excluded = query.excluded_tags
        self._tags = [_group(group) for group in self._groups]
        self._other_tags = [_group(group) for group in self._others]
        self._not_tags = [_exclusion(key) for key in self._excluded]

    def must(self, key: str) -> str:
        """Give the address where the tag is asked for as well."""
        at = bisect_left(self._groups, (key,))
        return self._joined(self._tags[:at], _group((key,)), self._tags[at:], self._not_tags)

    def any(self, key: str) -> str:
        """Give the address where the tag does instead of those in the open group."""
        group = tuple(sorted((*self._open, key)))
        at = bisect_left(self._others, group)
        return self._joined(self._other_tags[:at], _group(group), self._other_tags[at:], self._not_tags)

    def none(self, key: str) -> str:
        """Give the address where the tag is left out."""
        at = bisect_left(self._excluded, key)
        return self._joined(self._tags, *self._not_tags[:at], _exclusion(key), self._not_tags[at:])

    def _joined(self, *parts: str | Sequence[str]) -> str:
        found = list(self._words)
        for part in parts:
            found += [part] if isinstance(part, str) else part
        return "?" + "&".join([*found, *self._rest])


def whole(query: Query) -> str:
    """Give what stands behind the path where all of a state's list is meant, question mark included; maybe nothing."""
    return with_parameters("", query.with_(size=DEFAULT_SIZE).pairs())


def fragment(query: Query) -> str:
    """Give the address of the same state's fragment."""
    return with_parameters(FRAGMENT, query.pairs())


def document(query: Query, suffix: str, more: Iterable[tuple[str, str]] = ()) -> str:
    """Give the address of a state in another format, or of the part of it that the further parameters name."""
    return with_parameters(EXPORT + suffix, [*query.with_(size=DEFAULT_SIZE).pairs(), *more])


def facet(name: str, query: Query, **more: str) -> str:
    """Give the address of all values of a facet in a state."""
    return with_parameters(FACET.format(name), [*query.with_().pairs(), *more.items()])


def entry(item: Entry) -> str:
    """Give the address of an entry."""
    return f"/entries/{item.slug}-{item.id}/" if item.slug else f"/entries/{item.id}/"


def changes(item: Entry) -> str:
    """Give the address of what was changed in an entry."""
    return f"{entry(item)}changes/"


@lru_cache(maxsize=4_096)  # a page has some hundred of them, and the next one mostly the same
def tag(key: str) -> str:
    """Give the address of all entries with a tag, which is one that there is: strangers name others."""
    return with_parameters(BROWSE, [("tag", as_value(key))])


def feed(id: int) -> str:
    """Give the address of all entries of a feed."""
    return page(Query(feed=str(id)))


def oembed(address: str, format: str) -> str:
    """Give where to ask how a page can be embedded; `address` is its whole address, `format` json or xml."""
    return with_parameters(OEMBED, [("url", address), ("format", format)])


def builder(query: Query) -> str:
    """Give the address of the page on which a list is made fit for another site."""
    return with_parameters(BUILDER, query.with_().pairs())


def with_parameters(path: str, pairs: list[tuple[str, str]]) -> str:
    """Give a path with these parameters in its query."""
    return f"{path}?{parameters(pairs)}" if pairs else path


def parameters(pairs: list[tuple[str, str]]) -> str:
    """Give parameters as they stand behind the question mark of an address."""
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in pairs])


def _pair(name: str, value: str) -> str:
    return f"{name}={_quoted(value)}"


def _group(keys: Sequence[str]) -> str:
    return _pair("tag", as_value(*keys))


def _exclusion(key: str) -> str:
    return _pair("exclude.tag", as_value(key))


def _quoted(text: str) -> str:
    return _known(text) if len(text) <= KNOWN else quote(text, safe=":,")


def ascii_host(host: str) -> str:
    """Give a host, which may have a port, in ASCII (RFC 3490). Raises ValueError where it has no such name.

    Letters that newer rules (RFC 5891) keep and older ones replace are refused: it would be another host.
    """
    if host.isascii():
        return host
    if set(host) & _KEPT_BY_NEWER_RULES:
        raise ValueError(f"{host!r} has to be written in ASCII (xn--…).")
    name, colon, port = host.partition(":")
    encoded = name.encode("idna").decode()
    if not re.fullmatch(r"[a-z0-9.-]+", encoded, re.IGNORECASE):  # what looks like a slash can become one
        raise ValueError(f"{host!r} is no host.")
    return encoded + colon + port


def host_name(host: str) -> str:
    """Give a host, as requests name it, in small letters, without its port and the brackets of IPv6."""
    return re.sub(r":[0-9]*$", "", host.lower()).strip("[]")


def on_site(address: str) -> str:
    """Give an address without its host; what is left can't be taken for another one (`//host`)."""
    parts = urlsplit(address)
    path = "/" + parts.path.lstrip("/\\")
    return f"{path}?{parts.query}" if parts.query else path


@lru_cache(maxsize=4_096)
def _known(text: str) -> str:
    return quote(text, safe=":,")
