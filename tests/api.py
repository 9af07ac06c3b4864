"""Has a fuzzer ask a real server by its own description: `python -m tests.api [--seed S] [FEED ...]`, `make api`.

Schemathesis (https://schemathesis.readthedocs.io) makes requests out of `/openapi.json`, right and wrong ones, and
compares each answer with it: status, content type, headers, body. Prints the seed; the exit code is 1 at a failure.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.browser import corpus
from tests.main_job import FEEDSIFT, free_port, server

FUZZER = str(Path(sys.executable).with_name("schemathesis"))
HOOKS = Path(__file__).with_name("api_hooks.py")
LEFT_OUT = {
    "not_a_server_error": "501 is an answer of oEmbed; has_not_failed in tests/api_hooks.py takes its place",
    "negative_data_rejection": "a value that makes no sense is left out with a note, and is no error",
    "positive_data_acceptance": "an address that leads to the canonical one is right",
}
"""Checks that hold of other sites, and why not of this one."""


def main(arguments: Sequence[str]) -> int:
    """Take in the feeds, or else made-up ones; serve, ask, give the exit code."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="feedsift-") as name:
        folder, port = Path(name), free_port()
        made = folder / "made.atom"
        made.write_bytes(corpus.feed())
        subprocess.run([FEEDSIFT, "--data", str(folder / "data"), "add", *(options.feeds or [str(made)])], check=True)
        with server(folder / "data", port, folder / "log"):
            return ask(f"http://127.0.0.1:{port}/openapi.json", options, folder)


def ask(description: str, options: argparse.Namespace, folder: Path) -> int:
    """Run the fuzzer over every address of a description; give the exit code. Its notes go into a folder."""
    command = [FUZZER, "run", description, "--checks", "all", "--exclude-checks", ",".join(LEFT_OUT)]
    command += ["--seed", str(options.seed), "--max-examples", str(options.examples), "--phases", "coverage,fuzzing"]
    command += ["--max-time", str(options.seconds), "--request-timeout", "20", "--workers", "2", "--no-color"]
    command += ["--generation-database", "none", "--suppress-health-check", "all"]
    print(f"seed {options.seed}", flush=True)
    environment = os.environ | {"SCHEMATHESIS_HOOKS": str(HOOKS)}
    return subprocess.run(command, env=environment, cwd=folder, check=False).returncode


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Have a fuzzer ask a real server by its own description.")
    parser.add_argument("feeds", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=40, help="random requests to each address, in each round")
    parser.add_argument("--seconds", type=int, default=75, help="rounds follow each other until then")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
