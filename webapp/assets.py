"""Static files, under addresses that change with their content, so that browsers may keep them for good.

One checksum over all of static/ stands in the address before the file's name; modules that import each other by
relative names get the same one. An old checksum (a page left open over an upgrade) gives the present file, briefly.

Pages load what the build made of scripts and style sheets (static/built/, see build_hooks/bundles.py), as long as that
fits the sources that stand beside it; where somebody has changed one since, the sources themselves.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, send_from_directory

YEAR = 31_536_000
MINUTE = 60
BUILT = "built/"
RECEIPT = f"{BUILT}built.json"
PUBLIC = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""On every file: to a frame with `sandbox`, which has no origin, the files of its own site are those of another."""


def folder(name: str) -> Path:
    """Find `templates` or `static`: inside the package where it was installed, beside it in a checkout."""
    inside = Path(__file__).parent / name
    return inside if inside.is_dir() else Path(__file__).parent.parent / name


@cache
def checksum() -> str:
    """Give the checksum over the names and contents of all static files."""
    digest = hashlib.sha256()
    root = folder("static")
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def built() -> frozenset[str]:
    """Give the names of what was built, as long as each file and each source is as it was then; else none."""
    root = folder("static")
    try:
        told: dict[str, str] = json.loads((root / RECEIPT).read_bytes())["sha512"]
        is_intact = all(hashlib.sha512((root / name).read_bytes()).hexdigest() == told[name] for name in told)
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # a receipt may be damaged like any other file
        return frozenset()
    return frozenset(name for name in told if name.startswith(BUILT)) if is_intact else frozenset()


def address(name: str) -> str:
    """Give the address of a static file, or of what was built of it."""
    made = f"{BUILT}{name}"
    return f"/static/{checksum()}/{made if made in built() else name}"


def init_app(app: Flask) -> None:
    """Serve /static/<checksum>/<name>, and give templates `asset(name)`."""
    root = folder("static")

    @app.get("/static/<version>/<path:name>", endpoint="static")
    def static(version: str, name: str) -> Response:
        is_current = version == checksum()
        # Whole, not as a stream: files are small, they get compressed, and Granian 2.8 hangs on open files.
        sent = _packed(name)
        age = YEAR if is_current else MINUTE
        response = send_from_directory(root, sent, conditional=False, max_age=age)
        response.direct_passthrough = False
        response.set_data(response.get_data())
        response.close()  # the file, which would stay open until the answer is sent, or for good where it never is
        response.make_conditional(request)
        response.headers.update(PUBLIC)
        response.cache_control.public = True
        response.cache_control.no_cache = None
        if is_current:
            response.cache_control.immutable = True
        return response

    # Not by url_for, which has no answer in a request with a bad Host: that gets an error page as any other.
    app.jinja_env.globals["asset"] = address


def _packed(name: str) -> str:
    """Give the name of the packed file, where the build made one and the client can unpack it."""
    packed = f"{name}.gz"
    return packed if packed in built() and request.accept_encodings["gzip"] > 0 else name
