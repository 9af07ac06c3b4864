"""Reading in a process that can be ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.entries import Enclosure, FoundFeed, ParsedFeed, Tag, Tombstone
from index.errors import ReadingError
from index.reading import archive, feeds, process
from index.reading.process import FeedReading, ListReading, Material, PageReading
from index.rules import MEGABYTE, OWN, Limits
from tests import bombs
from tests.documents import DAY, START, atom, entry

NETWORK = Limits()
ADDRESS = "https://example.org/feed"
ROOT = Path(__file__).parents[3]
BOMB = bombs.BOMBS["an author a.a.a.a@"](1_000)
SCRIPT = """
    from index.reading.process import Material, read
    from index.rules import OWN, Limits
    from tests import bombs

    def say():
        with read(Material(b"<rss><channel><title>Tea</title></channel></rss>", "stdin:"), Limits()) as reading:
            print(reading.head.title, flush=True)

    def hang():
        print("hanging", flush=True)
        read(Material(bombs.BOMBS["an author a.a.a.a@"](1_000), "stdin:"), OWN)
"""


def read(body: bytes, limits: Limits = NETWORK, known: dict[str, str] | None = None) -> FeedReading:
    reading = process.read(Material(body, ADDRESS), limits, known or {})
    assert isinstance(reading, FeedReading)
    return reading


def batches(body: bytes, limits: Limits = NETWORK, known: dict[str, str] | None = None) -> list[ParsedFeed]:
    with read(body, limits, known) as reading:
        return list(reading)


# --- what comes back ---


def test_every_value_comes_back_as_it_was_read() -> None:
    more = '<link rel="enclosure" href="/a.mp3" type="audio/mpeg" length="7"/>'
    gone = (
        '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:9" when="2020-01-01T00:00:00Z"/>'
    )
    head = f'<link rel="self" href="/feed"/><link rel="hub" href="https://hub.example/"/>{gone}'
    markup = entry(html="<p>é\u2028😀</p>", tags=["Tag"], updated=START + DAY, author="Ada", link="/1", more=more)
    body = atom(markup, entry("7", published=None), title="É", head=head)
    with read(body) as reading:
        (batch,) = reading
        assert [batch] == list(feeds.parse(Material(body, ADDRESS)))
        assert (reading.head, reading.batches, reading.left_out) == (batch.head, 1, 0)
        assert reading.tombstones == (Tombstone("urn:9", True, 1_577_836_800),)
    assert batch.entries[0].enclosures == (Enclosure("https://example.org/a.mp3", "audio/mpeg", 7),)
    assert batch.entries[0].tags == (Tag("tag", "Tag"),)


def test_a_large_feed_comes_in_batches_as_often_as_it_is_asked_for() -> None:
    body = atom(*(entry(f"urn:{n}", html="x " * 20_000) for n in range(40)))
    told: list[tuple[str, int, int]] = []
    reading = process.read(Material(body, ADDRESS), Limits(), {}, lambda *step: told.append(step))
    assert isinstance(reading, FeedReading)
    with reading:
        number = len(archive.split(body))
        assert number > 2
        first, again = list(reading), list(reading)
        assert first == again == list(feeds.parse(Material(body, ADDRESS)))
        assert reading.batches == len(first) == number
    assert told == [("Reading", n, number) for n in range(1, number + 1)]


def test_an_entry_that_is_known_comes_without_its_body() -> None:
    body = atom(entry("urn:1", html="<p>x</p>"), entry("urn:2", html="<p>x</p>"))
    (batch,) = batches(body)
    (again,) = batches(body, known={"urn:1": batch.entries[0].digest, "urn:2": "other"})
    assert again.entries == (replace(batch.entries[0], body=None), batch.entries[1])


def test_what_is_over_the_limit_is_left_out_and_counted() -> None:
    with read(atom(*(entry(f"urn:{n}") for n in range(7))), Limits(entries=5)) as reading:
        (batch,) = reading
    assert [found.identity for found in batch.entries] == [f"urn:{n}" for n in range(5)]
    assert reading.left_out == 2


def test_a_page_and_a_list_come_back_as_what_they_are() -> None:
    page = b'<!DOCTYPE html><link rel="alternate" type="application/atom+xml" href="/a" title="A">'
    found = FoundFeed("https://example.org/a", "A")
    assert process.read(Material(page, ADDRESS), Limits()) == PageReading((found,))
    opml = b'<opml><body><outline text="f"><outline text="A" xmlUrl="https://example.org/a"/></outline></body></opml>'
    assert process.read(Material(opml, ADDRESS), Limits()) == ListReading((replace(found, folder="f"),))


@pytest.mark.parametrize("body", [b"", b"hello", b"{}", b"[1]", b"<x/>", b"<opml/>", bytes(range(256))])
def test_what_holds_nothing_to_read_is_a_reading_error(body: bytes) -> None:
    with pytest.raises(ReadingError, match=r"not a feed|list without any feed"):
        process.read(Material(body, ADDRESS), Limits())


def test_threads_read_at_the_same_time() -> None:
    def title(n: int) -> str:
        return batches(atom(entry(), title=f"Feed {n}"))[0].head.title

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(title, range(40))) == [f"Feed {n}" for n in range(40)]


# --- limits ---


def test_too_much_time_is_said_to_be_that() -> None:
    with pytest.raises(ReadingError, match=r"^reading it takes more than 1 seconds$"):
        read(BOMB, Limits(reading_seconds=1))


def test_too_much_time_by_the_clock_ends_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.01)
    with pytest.raises(ReadingError, match=r"^reading it takes more than 100 seconds$"):
        read(BOMB, Limits(reading_seconds=100))


def test_too_much_memory_is_said_to_be_that() -> None:
    with pytest.raises(ReadingError, match=r"^reading it takes more than 64 MB of memory$"):
        read(bombs.BOMBS["one long attribute"](15_000), Limits(reading_memory=64 * MEGABYTE))


def test_too_much_output_is_said_to_be_that() -> None:
    text = "</title><summary>" + "&a;" * 10 + "</summary><title>"
    body = bombs.with_entities(f'<!ENTITY a "{"word " * 4_000}">', text, 30)
    assert len(body) < MEGABYTE
    with pytest.raises(ReadingError, match=r"^it unpacks to more than 4 MB$"):
        read(body, Limits(body=MEGABYTE))


@pytest.mark.parametrize("name", bombs.BOMBS)
def test_a_bomb_is_read_or_ends_in_one_sentence(name: str) -> None:
    said = bombs.outcome(bombs.BOMBS[name](60), Limits(reading_seconds=2, reading_memory=256 * MEGABYTE))
    assert "broke" not in said
    assert "cannot be read (" not in said


@pytest.mark.parametrize(
    ("ending", "sentence"),
    [
        ({"exit": -signal.SIGXCPU}, "reading it takes more than 10 seconds"),
        ({"exit": -signal.SIGABRT, "memory": 900 * MEGABYTE}, "reading it takes more than 1,024 MB of memory"),
        ({"exit": -signal.SIGSEGV, "memory": 90 * MEGABYTE}, "reading it broke the program that reads it"),
        ({"exit": -signal.SIGKILL, "memory": 90 * MEGABYTE}, "reading it was ended by the system"),
        ({"exit": 1}, "reading it broke the program that reads it"),
        ({}, "reading it broke the program that reads it"),
    ],
)
def test_whatever_ends_a_child_is_told_in_words(ending: dict[str, int], sentence: str) -> None:
    assert sentence in process._excess(ending, Limits())


def test_what_was_wrong_with_one_document_is_nothing_to_the_next() -> None:
    with pytest.raises(ReadingError):
        read(BOMB, Limits(reading_seconds=1))
    assert batches(atom(entry()))[0].entries[0].identity == "urn:e:1"


# --- a child can do nothing but read ---


ATTEMPTS = [
    'open("/etc/passwd")',
    'open("/dev/null", "w")',
    'os.open("/etc/passwd", os.O_RDONLY)',
    "socket.socket()",
    'socket.create_connection(("127.0.0.1", 9))',
    'socket.getaddrinfo("localhost", 80)',
    'subprocess.run(["true"])',
    'os.system("true")',
    'os.execv("/bin/true", ["true"])',
    'os.posix_spawn("/bin/true", ["true"], {})',
    "os.fork()",
    'os.remove("/nowhere")',
    'os.listdir("/")',
    'urllib.request.urlopen("http://127.0.0.1:9/")',
    "ctypes.CDLL(None)",
]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_child_is_refused(attempt: str) -> None:
    done = run(f"""
        import ctypes, os, socket, subprocess, urllib.request
        from index.reading import worker
        worker.warm_up()
        refused = worker._confine(worker.Limits())
        try:
            {attempt}
        except PermissionError:
            print("refused", len(refused) > 0)
    """)
    assert done.stdout == "refused True\n"


def test_a_module_that_lies_about_is_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "drv_libxml2.py").write_text("print('met')")  # which Python's own XML reader asks for
    done = run(f"""
        import sys
        from index.reading import worker
        worker.warm_up()
        sys.path.insert(0, {str(tmp_path)!r})
        refused = worker._confine(worker.Limits())
        try:
            import drv_libxml2
        except ModuleNotFoundError:
            print("not there", refused)
    """)
    assert done.stdout == "not there []\n"


def test_a_child_has_no_number_left_for_a_file_even_behind_the_hooks_back() -> None:
    done = run("""
        import os, sys
        from index.reading import worker
        sys.addaudithook = lambda hook: None
        worker._confine(worker.Limits())
        try:
            os.open("/etc/passwd", os.O_RDONLY)
        except OSError as error:
            print(error.strerror)
    """)
    assert done.stdout == "Too many open files\n"


BODIES = [
    b"/etc/passwd",
    b"/dev/zero",
    b"/dev/stdin",
    b"http://127.0.0.1:9/",
    b"-",
    b"<opml>http://127.0.0.1:9/</opml>",
]
DECLARATIONS = [
    b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
    b'<!DOCTYPE rss PUBLIC "-//X//X" "file:///etc/passwd">',
    b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE rss [<!ENTITY x PUBLIC "-//X//X" "http://127.0.0.1:9/">]>',
    b'<!DOCTYPE rss [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
    b'<!DOCTYPE rss SYSTEM "x.dtd" [<!ENTITY % x "&#60;!ENTITY x SYSTEM \'file:///etc/passwd\'>"> %x;]>',
    b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd" NDATA gif>]>',
    b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>',
    b'<?xml version="1.0" encoding="/etc/passwd"?>',
    b'<?xml version="1.0" encoding="idna"?>',
]
FORMS = [declaration + b"<rss><channel><title>&x;</title></channel></rss>" for declaration in DECLARATIONS]
FORMS += [declaration + b"<opml><body><outline text='&x;' xmlUrl='/'/></body></opml>" for declaration in DECLARATIONS]
FORMS += [
    b'<rss xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></rss>',
    b'<html><base href="file:///etc/"><link rel="alternate" type="application/rss+xml" href="passwd"></html>',
]


@pytest.mark.parametrize("body", [*BODIES, *FORMS])
def test_no_body_makes_a_child_try_to_open_anything(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    said = ""
    try:
        reading = process.read(Material(body, ADDRESS), Limits())
        said = repr(reading)
        if isinstance(reading, FeedReading):
            said = repr(list(reading))
            reading.close()
    except ReadingError as error:
        said = str(error)
    assert not caplog.records
    assert "root:" not in said


def test_an_attempt_would_be_told(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    ending = {"closing": 0, "refused": ["open"], "exit": 0}
    monkeypatch.setattr(process._Watch, "over", lambda *_: ending)
    with Path(os.devnull).open("wb") as nowhere:
        process._ending(Material(b"", ADDRESS), NETWORK, {}, nowhere, None)
    assert "tried to open" in caplog.text


# --- wherever it is called from ---


def run(program: str, *options: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *(options or ("-c", textwrap.dedent(program)))]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, **more)  # type: ignore[call-overload]


def test_a_program_on_the_command_line_reads() -> None:
    done = run(textwrap.dedent(SCRIPT) + "say()")
    assert (done.stdout, done.stderr) == ("Tea\n", "")


def test_a_script_reads_though_nothing_keeps_it_from_being_run_twice(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(textwrap.dedent(SCRIPT) + "say()")
    done = run("", str(tmp_path / "script.py"), env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (done.stdout, done.stderr) == ("Tea\n", "")


def test_another_way_of_starting_processes_changes_nothing() -> None:
    program = textwrap.dedent(SCRIPT) + "import multiprocessing\nmultiprocessing.set_start_method('spawn')\nsay()"
    done = run(program)
    assert (done.stdout, done.stderr) == ("Tea\n", "")


def test_standard_input_is_left_to_who_it_belongs_to() -> None:
    done = run(textwrap.dedent(SCRIPT) + "say()\nprint(input())", input="mine\n")
    assert (done.stdout, done.stderr) == ("Tea\nmine\n", "")


def test_a_program_without_standard_files_reads() -> None:
    program = "import os\nos.close(0)\nos.close(2)\n" + textwrap.dedent(SCRIPT) + "say()"
    assert run(program).stdout == "Tea\n"


def test_a_process_that_was_forked_gets_children_of_its_own() -> None:
    program = """
        say()
        import os
        if os.fork() == 0:
            say()
            os._exit(0)
        os.wait()
        say()
    """
    done = run(textwrap.dedent(SCRIPT) + textwrap.dedent(program))
    assert (done.stdout, done.stderr) == ("Tea\n" * 3, "")


def test_reading_goes_on_after_whoever_has_the_children_was_killed() -> None:
    assert batches(atom(entry()))
    children = process._CHILDREN
    assert children._process
    children._process.kill()
    assert batches(atom(entry(), title="Again"))[0].head.title == "Again"


# --- nothing is left behind ---


@pytest.fixture
def marked() -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start programs of which all processes that come of them can be told."""
    mark, started = f"FEEDSIFT_TEST={uuid.uuid4()}", []

    def start(program: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(SCRIPT) + textwrap.dedent(program)],
                cwd=ROOT,
                env={**os.environ, **dict([mark.split("=")])},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )
        started[-1].mark = mark.encode()  # type: ignore[attr-defined]
        return started[-1]

    yield start
    for program in started:
        program.kill()
        program.communicate()


def alive(mark: bytes) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            found += [int(path.parent.name)] if mark in path.read_bytes() else []
        except OSError:
            continue
    return found


def ends(mark: bytes) -> bool:
    deadline = time.monotonic() + 10
    while alive(mark) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(mark)


Start = Callable[[str], subprocess.Popen[str]]
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="tells processes by /proc")


def hanging(start: Start, program: str = "say()\nhang()") -> subprocess.Popen[str]:
    """Start a program, and wait until a child of it is at work."""
    started = start(program)
    assert started.stdout
    assert "hanging\n" in iter(started.stdout.readline, "")
    deadline = time.monotonic() + 20
    while len(alive(started.mark)) < 3 and time.monotonic() < deadline:  # type: ignore[attr-defined]
        time.sleep(0.02)
    time.sleep(0.2)
    assert len(alive(started.mark)) == 3  # type: ignore[attr-defined]
    return started


@needs_proc
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_program_that_is_killed_leaves_nobody_behind(marked: Start, how: signal.Signals) -> None:
    started = hanging(marked)
    started.send_signal(how)
    assert started.communicate(timeout=10)[1] == ""
    assert ends(started.mark)  # type: ignore[attr-defined]


@needs_proc
def test_an_interruption_from_the_terminal_is_for_the_program_alone(marked: Start) -> None:
    program = """
        import signal, sys
        signal.signal(signal.SIGINT, signal.default_int_handler)  # shells have what they put behind ignore it
        try:
            say()
            hang()
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
    """
    started = hanging(marked, program)
    os.killpg(started.pid, signal.SIGINT)
    assert started.communicate(timeout=20)[1] == "interrupted\n"
    assert ends(started.mark)  # type: ignore[attr-defined]


@needs_proc
def test_a_program_that_ends_leaves_nobody_behind(marked: Start) -> None:
    started = marked("say()")
    assert started.communicate(timeout=20) == ("Tea\n", "")
    assert ends(started.mark)  # type: ignore[attr-defined]


@needs_proc
def test_a_program_that_gives_up_waiting_ends_the_child(marked: Start) -> None:
    program = """
        import threading
        from index.reading import process
        say()
        process.PATIENCE = 0.00001
        try:
            hang()
        except process.ReadingError as error:
            print("gave up", flush=True)
        input()
    """
    started = marked(program)
    assert started.stdout
    assert "gave up\n" in iter(started.stdout.readline, "")
    assert len(alive(started.mark)) <= 2  # type: ignore[attr-defined]


def test_a_reading_that_is_closed_has_let_its_file_go() -> None:
    with read(atom(entry())) as reading:
        pass
    with pytest.raises(ValueError, match="closed"):
        list(reading)


def test_the_operators_own_file_may_be_large() -> None:
    assert OWN.reading_seconds > 100 * Limits().reading_seconds


def test_an_encoding_of_another_system_is_not_looked_for(caplog: pytest.LogCaptureFixture) -> None:
    (batch,) = batches(atom(entry(title="Café")).replace(b"utf-8", b"dbcs").replace("é".encode(), b"\xe9"))
    assert (batch.entries[0].title, caplog.records) == ("Café", [])
