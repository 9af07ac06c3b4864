"""Makes static/built/ of the modules in static/js/, the style sheets and htmx: what pages load of them, small.

esbuild puts modules that belong together into one file and shortens them; zopfli packs each file with gzip. Git holds
the sources alone; the sdist and the wheel hold both. `webapp.assets` serves what was built as long as it fits them.
"""

import hashlib
import json
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from zopfli import gzip

from build_hooks import BuildError, replace_file
from build_hooks.npm import fetch_files, read_pin, run

STATIC = "static"
BUILT = "built"
RECEIPT = f"{BUILT}/built.json"
HTMX = "vendor/htmx.min.js"
IMPORT_OF_HTMX = f'import"../{HTMX}";'.encode()
SOURCES = ("js/*.js", "*.css")
OPTIONS = ("--minify", "--charset=utf8", "--legal-comments=none", "--log-level=error", "--outbase=.")
# What has state is in `site` alone; the others import it from there. LATER is what `site` asks for when needed.
LATER = ("--external:./pin.js",)
FURTHER = ("js/builder.js", "js/pins.js", "js/pin.js", "js/height.js")
STEPS = (
    ("js/site.js", "--bundle", "--format=esm", f"--external:../{HTMX}", *LATER),
    (*FURTHER, "--bundle", "--format=esm", "--external:./site.js"),
    ("js/head.js", "--format=iife"),
    ("site.css", "embed.css"),
)
MACHINES = {
    **dict.fromkeys(("x86_64", "amd64", "i86pc"), "x64"),
    **dict.fromkeys(("i386", "i486", "i586", "i686", "x86"), "ia32"),
    **dict.fromkeys(("armv6l", "armv7l", "armv8l"), "arm"),
    "aarch64": "arm64",
    "ppc64le": "ppc64",
    "loongarch64": "loong64",
}
"""What npm calls a machine."""


def provide_bundles(project: Path) -> None:
    """Make static/built/, unless what is there was made of the present sources. htmx has to be in its place."""
    if has_bundles(project):
        return
    static = project / STATIC
    with tempfile.TemporaryDirectory() as folder:
        made = bundled(static, esbuild(project, Path(folder)), Path(folder) / BUILT)
    files = made | {f"{name}.gz": gzip.compress(content) for name, content in made.items()}
    # Nothing goes before it is replaced: another build, or a server, may be at it. The receipt comes last, so that a
    # build that was killed half-way leaves nothing that looks complete.
    (static / RECEIPT).unlink(missing_ok=True)
    for name, content in files.items():
        replace_file(static / name, content)
    for path in built(static) - {static / name for name in files}:
        path.unlink(missing_ok=True)
    replace_file(static / RECEIPT, receipt(project, [*sources(static), *files]))


def has_bundles(project: Path) -> bool:
    """Tell whether static/built/ was made of the present sources, by this esbuild, and is as it was made."""
    static = project / STATIC
    try:
        found = (static / RECEIPT).read_bytes()
        names = json.loads(found)["sha512"]
        is_all = built(static) | {static / name for name in sources(static)} == {
            static / name for name in (*names, RECEIPT)
        }
        return is_all and found == receipt(project, names)
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # a receipt may be damaged like any other file
        return False


def built(static: Path) -> set[Path]:
    """Give all files in static/built/."""
    return {path for path in (static / BUILT).rglob("*") if path.is_file()}


def sources(static: Path) -> Iterator[str]:
    """Give the names of all that is built of."""
    for pattern in SOURCES:
        yield from sorted(path.relative_to(static).as_posix() for path in static.glob(pattern))
    yield HTMX


def bundled(static: Path, program: Path, folder: Path) -> dict[str, bytes]:
    """Run esbuild; give what it made, by name below static/."""
    for step in STEPS:
        problem = run([str(program), *step, *OPTIONS, f"--outdir={folder}"], static)
        if problem:
            raise BuildError(f"esbuild failed: {problem}")
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    made = {f"{BUILT}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}
    if sum(IMPORT_OF_HTMX in content for content in made.values()) != 1:
        raise BuildError(f"one module has to import {HTMX}, and for nothing but what it does")
    return {name: with_htmx(content, static) for name, content in made.items()}


def with_htmx(content: bytes, static: Path) -> bytes:
    """Put htmx in where it is imported, just as it came: esbuild would make it longer."""
    head, wanted, rest = content.partition(IMPORT_OF_HTMX)
    return (static / HTMX).read_bytes().strip() + b";\n" + head + rest if wanted else content


def esbuild(project: Path, folder: Path) -> Path:
    """Put the pinned esbuild for this machine into a folder; it is a program by itself and needs no Node.js."""
    try:
        pin = read_pin(project, f"@esbuild/{this_machine()}", "esbuild")
    except BuildError:
        what = f"there is no esbuild for {this_machine()}; the sdist and the wheel hold what it makes"
        raise BuildError(what) from None
    program = folder / "esbuild"
    inside = "package/esbuild.exe" if sys.platform == "win32" else "package/bin/esbuild"
    program.write_bytes(fetch_files(pin, {inside: "esbuild"})["esbuild"])
    program.chmod(0o700)
    return program


def this_machine() -> str:
    """Name the machine as esbuild's packages do."""
    system = (
        "".join(letter for letter in sys.platform if not letter.isdigit()) if "bsd" in sys.platform else sys.platform
    )
    machine = platform.machine().lower()
    return f"{system}-{MACHINES.get(machine, machine)}"


def receipt(project: Path, names: list[str]) -> bytes:
    """Return the JSON that ties what was built to its sources and to how it was made."""
    static = project / STATIC
    version = read_pin(project, "esbuild").version
    digests = {name: hashlib.sha512((static / name).read_bytes()).hexdigest() for name in sorted(names)}
    text = json.dumps({"esbuild": version, "steps": STEPS, "options": OPTIONS, "sha512": digests}, indent=1)
    return f"{text}\n".encode()
