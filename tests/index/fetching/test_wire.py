import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import FetchError
from index.fetching.client import Client
from index.rules import Limits, Rules
from tests.internet import Internet
from tests.site import Reply, Site, running

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="takes openssl to make a certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of a.example with its key in one file, signed by nobody else."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subject = ["-subj", "/CN=a.example", "-addext", "subjectAltName=DNS:a.example"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, "-keyout", str(path)]
    result = subprocess.run([*made, "-out", "-"], check=True, capture_output=True)
    with path.open("ab") as file:
        file.write(result.stdout)
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[tuple[Site, list[str | None]]]:
    """A site that is asked over TLS, and the names that it was asked for."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with running(context) as site:
        site.pages["/"] = Reply(b"x")
        yield site, names


def ask(site: Site, name: str) -> bytes:
    world = Internet()
    world.host(name, "8.8.8.8", site)
    return Client(Rules(Limits(seconds=10)), world.resolve, world.connect).get(f"https://{name}/").body


@needs_openssl
def test_the_server_has_to_prove_the_name_although_its_address_is_connected_to(
    secure: tuple[Site, list[str | None]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    site, names = secure
    assert ask(site, "a.example") == b"x"
    assert names == ["a.example"]
    assert site.requests[0][1]["Host"] == "a.example"


@needs_openssl
@pytest.mark.parametrize("name", ["a.example", "b.example"], ids=["unknown signer", "another name"])
def test_a_certificate_that_proves_nothing_is_not_trusted(
    secure: tuple[Site, list[str | None]], certificate: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if name == "b.example":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(FetchError, match=rf"^{name} does not answer: its certificate cannot be trusted$"):
        ask(secure[0], name)
    assert secure[0].requests == []
