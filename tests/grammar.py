"""The grammar of Atom, for `make feeds`: appendix B of RFC 4287, taken from where Debian packages the RFCs.

The grammar is RELAX NG in its compact form, which rnc2rng turns into XML for lxml. Two rules that RELAX NG cannot
say (who has to have an author, and a link or content) stand in it as Schematron assertions; they are looked at, too.
"""

from __future__ import annotations

import gzip
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import platformdirs
import rnc2rng
from lxml import etree

PACKAGE = "doc-rfc-std-proposed"
INSTALLED = Path("/usr/share/doc/RFC/proposed-standard/rfc4287.txt.gz")
KEPT = platformdirs.user_cache_path("feedsift-tests") / "rfc4287.txt"
MIRROR = ["--format", "$(REPO_URI)", "Identifier: Packages", "Component: main"]
SPACES = {"atom": "http://www.w3.org/2005/Atom"}
SCHEMATRON = "{http://www.ascc.net/xml/schematron}"


class Grammar:
    """What RFC 4287 asks of a document."""

    def __init__(self, text: str) -> None:
        grammar = rnc2rng.dumps(rnc2rng.loads(compact(text)))
        # No namespace at all needs no name in XML, and must not have one.
        root = etree.fromstring(grammar.replace(' xmlns:local=""', "").encode())
        self.rules = [
            (rule.get("context"), claim.get("test"), " ".join(claim.text.split()))
            for rule in root.iter(f"{SCHEMATRON}rule")
            for claim in rule.iter(f"{SCHEMATRON}assert")
        ]
        self.schema: Any = etree.RelaxNG(root)

    def faults(self, document: bytes) -> Iterator[str]:
        """Give what is wrong with a document."""
        root = etree.fromstring(document)
        if not self.schema.validate(root):
            yield from map(str, self.schema.error_log)
        for context, test, claim in self.rules:
            for node in root.xpath(f"//{context}", namespaces=SPACES):
                if not node.xpath(f"boolean({test})", namespaces=SPACES):
                    yield f"line {node.sourceline}: {claim}"


def compact(rfc: str) -> str:
    """Give the grammar that stands in the RFC's appendix B, without the feet and heads of its printed pages."""
    start = rfc.index("# -*- rnc -*-", rfc.rindex("Appendix B.  RELAX NG"))
    grammar = rfc[start : rfc.index("# EOF", start)]
    return re.sub(r"\n+.*\[Page [0-9]+\]\n\f?\n?RFC 4287 .*\n+", "\n", grammar)


def text() -> str:
    """Give the RFC's text, after fetching Debian's package of RFCs where it is not here yet."""
    if INSTALLED.exists():
        return gzip.decompress(INSTALLED.read_bytes()).decode()
    if not KEPT.exists():
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        _fetch(KEPT.parent / "fetching")
    return KEPT.read_text(encoding="utf-8")


def _fetch(folder: Path) -> None:
    """Fetch the package with settings of its own, so that those of the machine stay as they are."""
    suite = platform.freedesktop_os_release()["VERSION_CODENAME"]
    mirror = _printed("apt-get", "indextargets", *MIRROR, f"Codename: {suite}").split()[0]
    for name in ("parts", "lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "parts/non-free.list").write_text(f"deb {mirror} {suite} non-free\n")
    places = {"Etc::SourceList": "/dev/null", "Etc::SourceParts": folder / "parts", "State::Lists": folder / "lists"}
    options = [f"-oDir::{name}={place}" for name, place in {**places, "Cache": folder / "cache"}.items()]
    for command in (["update"], ["download", PACKAGE]):
        subprocess.run(["apt-get", "-qq", "-oAPT::Sandbox::User=root", *options, *command], cwd=folder, check=True)
    (package,) = folder.glob(f"{PACKAGE}_*.deb")
    subprocess.run(["dpkg-deb", "--extract", package, folder / "all"], check=True)
    # Under its name only when it is whole.
    (folder / KEPT.name).write_bytes(gzip.decompress(Path(f"{folder}/all{INSTALLED}").read_bytes()))
    (folder / KEPT.name).replace(KEPT)
    shutil.rmtree(folder)


def _printed(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
