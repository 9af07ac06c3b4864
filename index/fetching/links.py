"""The Link header (RFC 8288): what else a server names beside a document. Called by the client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

_TARGET = re.compile(r"<([^<>]*)>")
_PARAMETER = re.compile(r"""\s*;\s*([^\s=;,"<>]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?""")


def links(header: str, base: str) -> dict[str, str]:
    """Give the first http(s) address for each relation (in small letters); what cannot be read is left out."""
    found: dict[str, str] = {}
    for target, relations in _links(header):
        address = absolute(base, target)
        for relation in relations.lower().split() if address else ():
            found.setdefault(relation, address)
    return found


def absolute(base: str, address: str) -> str:
    """Give an address as an absolute http(s) one, without its fragment; empty where it is none."""
    try:
        joined = urljoin(base, address.strip())
        parts = urlsplit(joined)
        return parts._replace(fragment="").geturl() if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def _links(header: str) -> Iterator[tuple[str, str]]:
    """Give target and relations of each link that is about the document itself."""
    position = 0
    while target := _TARGET.search(header, position):
        position = target.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(header, position):
            position = parameter.end()
            name, quoted, plain = parameter.groups()
            parameters.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted or "") or plain or "")
        if "anchor" not in parameters:
            yield target[1], parameters.get("rel", "")
