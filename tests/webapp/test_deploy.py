"""What deploy/ holds: units, image and proxies fit the program, and the proxies do in front of it what they say."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPMessage, HTTPSConnection
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.webapp.servers import Server, free_port, running, until
from webapp.access import HEADER
from webapp.cli import main
from webapp.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
NGINX_FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
HSTS = "Strict-Transport-Security"


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"there is no {', '.join(missing)}")


def settings_in(text: str) -> set[str]:
    return {name.lower() for name in re.findall(r"FEEDSIFT_([A-Z_]+)", text)}


# --- systemd ---


def unit(path: Path) -> dict[str, str]:
    parser = RawConfigParser(strict=False, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path, encoding="utf-8")
    return dict(parser["Service"])


def fence(path: Path) -> str:
    """What a unit may not do: all behind the comment."""
    text = path.read_text(encoding="utf-8").partition("# What it may not do.")[2]
    return text.partition("\n[Install]")[0].strip()


@needs("systemd-analyze")
def test_the_units_are_sound(tmp_path: Path):
    program = tmp_path / "feedsift"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for path in [*UNITS, *(DEPLOY / "systemd").glob("*.timer")]:
        text = path.read_text(encoding="utf-8").replace("/opt/feedsift/.venv/bin/feedsift", str(program))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    units = [str(tmp_path / path.name) for path in (DEPLOY / "systemd").iterdir() if path.suffix != ".sysusers"]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_units_are_fenced_in_alike():
    assert len(UNITS) == 3
    assert len({fence(path) for path in UNITS}) == 1
    assert "ProtectSystem=strict" in fence(UNITS[0])


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_a_command_that_there_is(path: Path):
    found = re.search(r"/bin/feedsift (\w+)", unit(path)["ExecStart"])
    assert found
    assert found[1] in main.commands


# --- containers ---


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "systemd", "nginx", "Caddyfile"])
def test_only_settings_that_there_are_are_named(name: str):
    path = DEPLOY / name
    texts = [file.read_text(encoding="utf-8") for file in (path.iterdir() if path.is_dir() else [path])]
    assert settings_in("".join(texts)) <= set(Settings.__dataclass_fields__)
    assert f"deploy/{name}" in OPERATING


def test_the_compose_file_builds_the_image_and_keeps_the_library():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    said = yaml.safe_load(text)
    site = said["services"]["site"]
    assert (DEPLOY / site["build"]["context"] / site["build"]["dockerfile"]).is_file()
    assert site["ports"] == ["127.0.0.1:8000:8000"]
    assert site["read_only"] is True
    volumes = dict(volume.split(":") for volume in site["volumes"])
    assert set(volumes) == set(said["volumes"])
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert all(f'"{folder}"' in dockerfile for folder in volumes.values())


def test_the_image_is_given_all_that_the_wheel_is_made_of():
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    given = {line[1:] for line in kept if line.startswith("!")}
    assert {"pyproject.toml", "hatch_build.py", "build_hooks", "index", "webapp", "templates", "static"} < given
    assert all((ROOT / name).exists() for name in given)


# --- proxies ---


class Reply(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


@pytest.fixture(scope="module")
def served(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = Path(shutil.copytree(data, tmp_path_factory.mktemp("behind") / "library"))
    with running(folder, "--workers", "1", FEEDSIFT_PROXIES="1") as server:
        yield server


class Proxy(NamedTuple):
    """A proxy before the server, at a port where it speaks https or not."""

    port: int
    plain: int
    """Where it speaks http."""
    is_encrypted: bool

    def get(self, address: str, *, plain: bool = False, **headers: str) -> Reply:
        if self.is_encrypted and not plain:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection: HTTPConnection = HTTPSConnection("127.0.0.1", self.port, timeout=30, context=context)
        else:
            connection = HTTPConnection("127.0.0.1", self.plain, timeout=30)
        try:
            names = {name.replace("_", "-"): text for name, text in headers.items()}
            connection.request("GET", address, headers={"Host": "feeds.example.org", **names})
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()


@contextmanager
def started(*command: str | Path, port: int, **environment: str) -> Iterator[None]:
    """Run a proxy in the foreground until the end of the block."""
    process = subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.PIPE)
    try:
        until(lambda: is_open(port) or process.poll() is not None, 20)
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def nginx_before(served: Server, folder: Path, rate: str = "10r/s") -> Iterator[Proxy]:
    """Run the shipped configuration, with other ports and a certificate of its own."""
    port, plain = free_port(), free_port()
    text = (DEPLOY / "nginx" / "feedsift.conf").read_text(encoding="utf-8")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{served.port}").replace("rate=10r/s", f"rate={rate}")
    text = re.sub(r"    listen \[::\].*\n", "", text).replace("listen 443", f"listen 127.0.0.1:{port}")
    text = text.replace("listen 80", f"listen 127.0.0.1:{plain}").replace("/etc/ssl/", f"{folder}/")
    (folder / "site.conf").write_text(text, encoding="utf-8")
    certify(folder / "feeds.example.org")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in NGINX_FOLDERS)
    (folder / "nginx.conf").write_text(
        f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\npid {folder}/pid;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}include {folder}/site.conf;\n}}\n",
        encoding="utf-8",
    )
    command = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    with started(*command, port=port):
        yield Proxy(port, plain, is_encrypted=True)


def certify(path: Path) -> None:
    """Make a key and a certificate for a day."""
    subject = ["-subj", "/CN=feeds.example.org", "-days", "1", "-nodes", "-newkey", "rsa:2048"]
    files = ["-out", path.with_name(f"{path.name}.pem"), "-keyout", path.with_name(f"{path.name}.key")]
    subprocess.run(["openssl", "req", "-x509", *subject, *files], check=True, capture_output=True)


@pytest.fixture(scope="module")
def nginx(served: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with nginx_before(served, tmp_path_factory.mktemp("nginx")) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def caddy(served: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The shipped configuration, without encryption: it would ask for a certificate."""
    folder, port = tmp_path_factory.mktemp("caddy"), free_port()
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{served.port}").replace("\n{\n", "\n{\n\tadmin off\n", 1)
    text = text.replace("feeds.example.org {", f"http://:{port} {{\n\tbind 127.0.0.1")
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    command = ["caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]
    with started(*command, port=port, HOME=str(folder), XDG_DATA_HOME=str(folder), XDG_CONFIG_HOME=str(folder)):
        yield Proxy(port, port, is_encrypted=False)


@pytest.fixture(
    params=[pytest.param("nginx", marks=needs("nginx", "openssl")), pytest.param("caddy", marks=needs("caddy"))]
)
def proxy(request: pytest.FixtureRequest) -> Proxy:
    """Each of the two in turn."""
    found: Proxy = request.getfixturevalue(request.param)
    return found


def test_pages_and_fragments_come_through_with_their_headers(proxy: Proxy, served: Server):
    for address in ("/?q=rope", "/fragments/entries?q=rope", "/tags/"):
        reply, direct = proxy.get(address), served.get(address)
        assert reply.status == 200
        assert reply.headers["Content-Security-Policy"] == direct.headers["content-security-policy"]
        assert reply.headers["Cache-Control"] == direct.headers["cache-control"]
        assert b"entry-" in reply.body or address == "/tags/"


def test_each_answer_says_once_that_the_site_is_encrypted(proxy: Proxy):
    for address in ("/", "/no/such/page", "/entries.atom"):
        assert proxy.get(address).headers.get_all(HSTS) == ["max-age=31536000"]


def test_what_is_packed_comes_packed_and_is_asked_about_again(proxy: Proxy):
    plain, packed = proxy.get("/tags/"), proxy.get("/tags/", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    again = proxy.get("/tags/", Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_static_files_are_kept_for_good(proxy: Proxy):
    found = re.search(rb'href="(/static/[^"]+\.css)"', proxy.get("/").body)
    assert found
    assert "immutable" in proxy.get(found[1].decode()).headers["Cache-Control"]


def test_the_proxy_s_id_of_a_request_is_ours(proxy: Proxy):
    ids = [proxy.get("/help/", X_Request_Id="forged-by-the-client").headers.get_all(HEADER) for _ in range(2)]
    assert all(id and re.fullmatch(r"[0-9a-f-]{32,36}", id[0]) for id in ids)
    assert ids[0] != ids[1]


def test_the_longest_search_fits(proxy: Proxy):
    assert proxy.get(f"/?q={'%F0%9F%9A%A2' * 1_000}").status == 200


@needs("nginx", "openssl")
def test_nginx_sends_those_who_ask_unencrypted_to_the_encrypted_site(nginx: Proxy):
    reply = nginx.get("/?q=a%20b", plain=True)
    assert (reply.status, reply.headers["Location"]) == (301, "https://feeds.example.org/?q=a%20b")


@needs("nginx", "openssl")
def test_nginx_limits_what_one_client_may_ask(served: Server, tmp_path: Path):
    with nginx_before(served, tmp_path, rate="1r/m") as proxy:  # so slow that the clock does not matter
        statuses = [proxy.get("/no/such/page").status for _ in range(45)]
        assert statuses == [404] * 41 + [429] * 4
        assert proxy.get("/readyz").status == 200


@needs("caddy")
def test_caddy_shows_no_probes(caddy: Proxy):
    assert caddy.get("/readyz").status == 404
