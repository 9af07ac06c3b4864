"""A reader who cannot see the screen: presses keys, and is told by the real Orca what is there.

The fixture `reader` gives one to each scenario. All that was pressed and said stands in a transcript.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.orca.desktop import Desktop, NoDesktopError
from tests.orca.speech import Speech

QUIET = 1.0
"""Seconds without a word after which Orca is taken to have ended; the site pauses for 0.7 before it says a status."""
LONG_QUIET = 3.0
"""The same where nothing may be said, or nothing more."""
LIMIT = 20.0
"""Seconds after which what was awaited will not be said any more."""
STARTS = 3
KEY_MILLISECONDS = 120
ADDRESS_BAR = "enter address"
LOADED = "Finished loading"
HOME = "The Ferry Log"
UNTITLED = "document web."
"""What is said of Firefox's own empty document, which may have the focus for a moment between two pages."""


class SilenceError(Exception):
    """Orca said nothing at all where it had to say something: more often its own trouble than the site's."""


@dataclass
class Reader:
    """A person at the keyboard of a desktop, and what they were told."""

    address: str
    desktop: Desktop | None = None
    transcript: list[str] = field(default_factory=list)
    holds_focus_mode: bool = False

    def start(self) -> None:
        """Begin on a new desktop, or on the next one if that does not start."""
        for chances in range(STARTS, 0, -1):
            self.stop()
            self.holds_focus_mode = False
            self.desktop = Desktop()
            try:
                self.desktop.start(self.address, HOME)
            except NoDesktopError:
                if chances == 1:
                    raise
            else:
                break
        self._listen(0, (HOME,), QUIET)

    def stop(self) -> None:
        """End the desktop, if there is one."""
        if self.desktop:
            self.desktop.stop()
        self.desktop = None

    def go(self, path: str = "") -> Speech:
        """Go to an address of the site; Orca then says what it is."""
        return self.open(f"{self.address}{path}")

    def open(self, address: str) -> Speech:
        """Go to any address by the address bar."""
        self._listen_after(("key", "ctrl+l"), (ADDRESS_BAR,), 0.2)
        self._xdotool("type", "--delay", "5", address)
        self.transcript.append(f"Goes to {urlsplit(address)._replace(scheme='', netloc='').geturl()}")
        return self._act(("key", "Return"), (LOADED,), QUIET).without(UNTITLED)

    def press(self, *keys: str, until: str | tuple[str, ...] = "", quiet: float = QUIET) -> Speech:
        """Press keys, one after the other, and listen until it has been said and then is quiet."""
        self.transcript.append(f"Presses {', '.join(keys)}")
        return self._act(("key", "--delay", str(KEY_MILLISECONDS), *keys), _phrases(until), quiet)

    def type(self, text: str, until: str | tuple[str, ...] = "", quiet: float = QUIET) -> Speech:
        """Type a text as fast as people do, and listen in the same way."""
        self.transcript.append(f"Types {text!r}")
        return self._act(("type", "--delay", str(KEY_MILLISECONDS), text), _phrases(until), quiet)

    def seek(self, key: str, phrase: str, limit: int = 20) -> Speech:
        """Press a key as often as it takes until a phrase is said."""
        for _ in range(limit):
            said = self.press(key, quiet=0.4)
            if said.mentions(phrase):
                return said
        raise AssertionError(f"{limit} times {key} do not lead to {phrase!r}:\n{chr(10).join(self.transcript)}")

    def hold_focus_mode(self) -> None:
        """Have Orca leave letters to the page, by pressing its key for that twice; the next scenario starts afresh."""
        self.press("Insert+a", "Insert+a", until="Focus mode")
        self.holds_focus_mode = True

    def _act(self, keys: tuple[str, ...], until: tuple[str, ...], quiet: float) -> Speech:
        speech = self._listen_after(keys, until, quiet)
        self.transcript += [f"    {phrase}" for phrase in speech.phrases] or ["    (nothing)"]
        return speech

    def _listen_after(self, keys: tuple[str, ...], until: tuple[str, ...], quiet: float) -> Speech:
        since = len(self._said())
        if keys:
            self._xdotool(*keys)
        speech = self._listen(since, until, quiet)
        if until and not speech.phrases:
            raise SilenceError(f"Nothing was said for {LIMIT:.0f} s, not even {until[0]!r}")
        return speech

    def _listen(self, since: int, until: tuple[str, ...], quiet: float) -> Speech:
        """Wait until all has been said and it is quiet then; a busy machine may be slow to begin."""
        start = last = time.monotonic()
        heard: list[str] = []
        while True:
            now, phrases = time.monotonic(), self._said()[since:]
            if len(phrases) != len(heard):
                heard, last = phrases, now
            speech = Speech(tuple(heard))
            has_all = all(speech.mentions(phrase) for phrase in until)
            if now - last > quiet and (has_all or now - start > LIMIT):
                return speech
            time.sleep(0.05)

    def _said(self) -> list[str]:
        assert self.desktop
        lines = self.desktop.speech.read_text(encoding="utf-8").splitlines()
        return [line["text"] for line in map(json.loads, lines) if line["kind"] != "stop" and line["text"].strip()]

    def _xdotool(self, *arguments: str) -> None:
        assert self.desktop
        self.desktop.xdotool(*arguments)


def _phrases(until: str | tuple[str, ...]) -> tuple[str, ...]:
    return (until,) if isinstance(until, str) and until else tuple(until)


def keep(reader: Reader, path: Path) -> None:
    """Write down what was pressed and said."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*reader.transcript, ""]), encoding="utf-8")
