"""The reference names every command, setting, address and parameter there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.query import ALIASES
from webapp import create_app
from webapp.cli import main
from webapp.formats import FORMATS
from webapp.settings import Settings

ROOT = Path(__file__).parent.parent
USAGE = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_documented(name: str) -> None:
    assert f"| `{name}" in USAGE


@pytest.mark.parametrize("name", sorted(Settings.__dataclass_fields__))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`FEEDSIFT_{name.upper()}`" in USAGE


def test_every_address_is_documented(tmp_path: Path) -> None:
    rules = {rule.rule for rule in create_app(Settings(data=tmp_path)).url_map.iter_rules()}
    suffixes = {f"/entries.<any({','.join(FORMATS)}):suffix>": "/entries.atom` `.rss` `.json` `.ndjson` `.csv"}
    written = suffixes | {
        "/entries/<name>/": "/entries/<slug>-<id>/",
        "/entries/<name>/changes/": "/entries/<slug>-<id>/changes/",
        "/tags/<path:names>/": "/tags/a+b/",
    }
    missing = {
        rule for rule in rules if not rule.startswith("/static/") and f"`{written.get(rule, rule)}`" not in USAGE
    }
    assert not missing


@pytest.mark.parametrize("name", sorted(ALIASES))
def test_every_alias_is_documented(name: str) -> None:
    assert f"`{name}`" in USAGE


def test_the_files_that_the_readme_shows_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = [part.split(")")[0] for part in readme.split("](")[1:]]
    assert [name for name in linked if "://" not in name and not (ROOT / name).exists()] == []
