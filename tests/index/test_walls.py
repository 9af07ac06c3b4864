"""The walls between the packages, told from what each file imports."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import index

ROOT = Path(index.__file__).parents[1]
INDEX = sorted((ROOT / "index").rglob("*.py"))
WEBAPP = sorted((ROOT / "webapp").rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Give module and name of everything imported anywhere in a file; the name is empty for `import x`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (("." * node.level + (node.module or ""), alias.name) for alias in node.names)


def imports(path: Path) -> list[tuple[str, str]]:
    return list(imported(ast.parse(path.read_text(encoding="utf-8"))))


def users(package: str) -> set[str]:
    """Give the files of index that import a package."""
    return {path.name for path in INDEX for module, _ in imports(path) if module.partition(".")[0] == package}


def test_every_kind_of_import_is_seen() -> None:
    text = "import a.b as c\ndef f():\n    from d.e import g, h\n    from . import i\nfrom ..j import k"
    assert set(imported(ast.parse(text))) == {("a.b", ""), ("d.e", "g"), ("d.e", "h"), (".", "i"), ("..j", "k")}


@pytest.mark.parametrize("path", WEBAPP, ids=lambda path: path.name)
def test_the_web_app_imports_only_the_public_names_of_index(path: Path) -> None:
    for module, name in imports(path):
        assert not module.startswith("index."), f"{module} is not public"
        assert module != "index" or name in index.__all__, f"index.{name} is not public"


@pytest.mark.parametrize("package", ["flask", "jinja2", "werkzeug", "markupsafe", "htmx_flask", "click", "webapp"])
def test_index_knows_nothing_of_serving_pages(package: str) -> None:
    assert users(package) == set()


@pytest.mark.parametrize(
    ("package", "files"),
    [
        ("feedparser", {"feeds.py"}),
        ("whoosh", {"schema.py", "codec.py", "column_types.py", "writer.py", "postings.py", "files.py"}),
        ("nh3", {"allowlist.py"}),
        ("urllib3", {"wire.py"}),
        ("Stemmer", {"analysis.py"}),
        ("listparser", {"outlines.py"}),
        (
            "sqlite3",
            {"copies.py", "database.py", "faults.py", "opened.py", "watching.py", "whoosh_engine.py", "words.py"},
        ),
        ("rapidfuzz", {"spelling.py"}),
        ("filelock", {"lock.py"}),
    ],
)
def test_a_library_is_used_in_few_places(package: str, files: set[str]) -> None:
    assert users(package) == files


@pytest.mark.parametrize("path", INDEX, ids=lambda path: path.name)
def test_inside_index_imports_are_absolute(path: Path) -> None:
    assert not [module for module, _ in imports(path) if module.startswith(".")]


def test_the_engines_seam_knows_no_engine() -> None:
    (engine,) = (path for path in INDEX if path.name == "engine.py")
    assert {module for module, _ in imports(engine) if module.startswith("index")} == {"index.budget", "index.query"}


def test_every_public_name_is_there() -> None:
    assert all(hasattr(index, name) for name in index.__all__)
    assert len(index.__all__) == len(set(index.__all__))


def test_what_only_reads_and_answers_does_without_what_parses_feeds() -> None:
    command = "import sys, index; print(*sorted({'feedparser', 'listparser'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
