from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import MEGABYTE, Limits, Rules
from webapp.logs import Form
from webapp.settings import Settings, default_data, interval


def test_without_variables_the_defaults_hold():
    assert Settings.from_environment({}) == Settings(default_data(), "127.0.0.1", 8000, 2, 0, True, "")


def test_every_setting_can_come_from_its_variable():
    given = {"DATA": "/srv/x", "HOST": "::1", "PORT": "81", "WORKERS": "7", "REFRESH": "90s", "TITLE": " Été "}
    given |= {"PREFER_NEWER": "0", "CONTACT": " https://example.org/help ", "ADDRESS": "https://a.example/"}
    given |= {"EMBED_HOSTS": "https://b.example/, http://*.C.example:81 https://b.example"}
    given |= {"FETCH_HOSTS": "nas.lan:81, 10.0.0.0/8 nas.lan:81", "LIMIT_WIRE": "1m", "LIMIT_BODY": "512K"}
    given |= {"LIMIT_SECONDS": "3", "LIMIT_READING_SECONDS": "4", "LIMIT_READING_MEMORY": "2G"}
    given |= {"LIMIT_ENTRIES": "5", "LIMIT_PARTS": "0", "LIMIT_HELD": "6", "TAG_ALIASES": "/srv/tags", "LOG": "json"}
    given |= {"METRICS": "[::1]:9464"}
    given |= {"HOSTS": "b.example, *.B.example [::1] b.example É.example"}
    given |= {"QUERY_SECONDS": "1.5", "RATE_LIMIT": "0", "PROXIES": "2", "KEEP": "0", "TIMING": "1"}
    found = Settings.from_environment({f"FEEDSIFT_{name}": value for name, value in given.items()})
    hosts = ("https://b.example", "http://*.c.example:81")
    expected = Settings(
        *(Path("/srv/x"), "::1", 81, 7, 90, False, " Été ", "https://a.example", hosts, "https://example.org/help"),
        *(("nas.lan:81", "10.0.0.0/8"), MEGABYTE, MEGABYTE // 2, 3, 4, 2_048 * MEGABYTE, 5, 0, 6, Path("/srv/tags")),
        *(Form.JSON, ("::1", 9464)),
        query_seconds=1.5,
        hosts=("b.example", "*.b.example", "::1", "xn--9ca.example"),
        rate_limit=0,
        proxies=2,
        keep=0,
        timing=True,
    )
    assert found == expected
    assert {name.lower() for name in given} == set(Settings.__slots__)


@pytest.mark.parametrize("name", [name.upper() for name in Settings.__slots__])
def test_an_empty_variable_is_as_good_as_none(name: str):
    assert Settings.from_environment({f"FEEDSIFT_{name}": ""}) == Settings()


def test_the_process_s_own_environment_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FEEDSIFT_PORT", "8123")
    assert Settings.from_environment().port == 8123


def test_the_data_folder_may_be_in_the_user_s_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings.from_environment({"FEEDSIFT_DATA": "~/feeds"}).data == tmp_path / "feeds"


def test_without_a_home_a_folder_has_to_be_named(monkeypatch: pytest.MonkeyPatch):
    def homeless(*_: object, **__: object) -> None:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr("platformdirs.user_data_path", homeless)
    assert Settings.from_environment({"FEEDSIFT_DATA": "/srv/x"}).data == Path("/srv/x")
    with pytest.raises(ValueError, match=r"There is no home folder for the library; name one with --data"):
        Settings.from_environment({})


@pytest.mark.parametrize("name", ["PORT", "WORKERS"])
@pytest.mark.parametrize("value", ["0", "-1", "65536000", "1.5", "x", " ", "٣", "1e3", "9" * 5_000, "8000 "])
def test_a_number_that_cannot_be_is_named(name: str, value: str):
    with pytest.raises(ValueError, match=f"FEEDSIFT_{name} is .* has to be a number from 1 to"):
        Settings.from_environment({f"FEEDSIFT_{name}": value})


@pytest.mark.parametrize(
    "value", ["https://a.example", "a.example:80", "a.example/", "*", "*.", "a.*.b", "a..b", "a_b", "ß.example", "<b>"]
)
def test_a_name_of_a_host_that_cannot_be_is_named(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_HOSTS names .* each has to be like example.org"):
        Settings.from_environment({"FEEDSIFT_HOSTS": f"b.example {value}"})


@pytest.mark.parametrize("value", ["-1", "1,5", "x", "٣", ".5", "1e3", "1000", "0.0001", "inf", "nan"])
def test_seconds_that_cannot_be_are_named(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_QUERY_SECONDS is .* has to be a number of seconds such as"):
        Settings.from_environment({"FEEDSIFT_QUERY_SECONDS": value})


@pytest.mark.parametrize("value", ["2", "-1", "yes", "true", " ", "٠", "01 "])
def test_a_choice_of_two_is_made_with_0_or_1(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_PREFER_NEWER is .* has to be a number from 0 to 1"):
        Settings.from_environment({"FEEDSIFT_PREFER_NEWER": value})


@pytest.mark.parametrize("value", ["9464", ":9464", "localhost", "a:0", "a:65536", "::1:81", "http://a:81", "a:81/x"])
def test_an_address_of_metrics_that_cannot_be_is_named(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_METRICS is .* has to be like 127.0.0.1:9464"):
        Settings.from_environment({"FEEDSIFT_METRICS": value})


@pytest.mark.parametrize("value", ["on", "JSON", " json", "1", "off,json"])
def test_a_form_of_the_log_that_there_is_not_is_named(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_LOG is .* has to be off, text or json"):
        Settings.from_environment({"FEEDSIFT_LOG": value})


@pytest.mark.parametrize(
    "value", ["example.org", "https://", "https://a.example/x", "ftp://a.example", "https://a@b.c"]
)
def test_an_address_of_the_site_that_cannot_be_is_named(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_ADDRESS is .* has to be like https://example.org"):
        Settings.from_environment({"FEEDSIFT_ADDRESS": value})


def test_an_address_of_the_site_goes_into_headers_as_ascii():
    found = Settings.from_environment({"FEEDSIFT_ADDRESS": "https://пример.рф:8443/"})
    assert found.address == "https://xn--e1afmkfd.xn--p1ai:8443"


@pytest.mark.parametrize(
    "value", ["https://straße.de", "https://é／b.example", f"https://{'é' * 70}.example", "https://é..x"]
)
def test_a_host_that_has_no_one_name_in_ascii_is_refused(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_ADDRESS is .* has to be written in ASCII"):
        Settings.from_environment({"FEEDSIFT_ADDRESS": value})


@pytest.mark.parametrize(
    "value",
    [
        *("example.org", "*", "'self'", "https://", "https://a.example/page", "https://*", "https://a.*.example"),
        *("https://a.example; script-src *", "https://b.example ftp://a.example", "https://a.example:x"),
    ],
)
def test_a_host_of_embeds_that_cannot_be_is_named(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_EMBED_HOSTS names .* has to be like https://example.org"):
        Settings.from_environment({"FEEDSIFT_EMBED_HOSTS": value})


@pytest.mark.parametrize(
    "value", ["x", "5", "-5m", "1.5h", "30 m", "30m5s", "٣m", "1w", "367d", "999999h", "9" * 5_000 + "s"]
)
def test_an_interval_that_cannot_be_is_named(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_REFRESH: .* is not a time such as 30m, 2h or 1d"):
        Settings.from_environment({"FEEDSIFT_REFRESH": value})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("0m", 0),
        ("90s", 90),
        ("30m", 1_800),
        ("2h", 7_200),
        ("1d", 86_400),
        (" 2H ", 7_200),
        ("365d", 31_536_000),
    ],
)
def test_an_interval_is_read_to_seconds(text: str, seconds: int):
    assert interval(text) == seconds


@given(st.text() | st.from_regex(r"[0-9]+[smhd]?", fullmatch=True))
def test_any_text_is_an_interval_that_can_be_waited_for_or_a_value_error(text: str):
    with suppress(ValueError):
        assert 0 <= interval(text) <= 366 * 86_400


@pytest.mark.parametrize(
    ("value", "link"),
    [
        ("ada@example.org", "mailto:ada@example.org"),
        ("mailto:ada@example.org?subject=x", "mailto:ada@example.org?subject=x"),
        ("http://example.org:81/a?b#c", "http://example.org:81/a?b#c"),
    ],
)
def test_a_contact_is_a_link(value: str, link: str):
    assert Settings.from_environment({"FEEDSIFT_CONTACT": value}).contact == link


@pytest.mark.parametrize(
    "value", ["Ada", "example.org", "javascript:alert(1)", "a@b", "ada@example.org, bo@example.org"]
)
def test_a_contact_that_leads_nowhere_is_named(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_CONTACT is .* has to be an address"):
        Settings.from_environment({"FEEDSIFT_CONTACT": value})


def test_the_rules_of_taking_in_follow_from_the_settings():
    assert Settings().rules == Rules()
    given = {"FETCH_HOSTS": "nas.lan", "LIMIT_WIRE": "1M", "LIMIT_BODY": "2M", "LIMIT_SECONDS": "3", "REFRESH": "2h"}
    given |= {
        "LIMIT_READING_SECONDS": "4",
        "LIMIT_READING_MEMORY": "5M",
        "LIMIT_ENTRIES": "6",
        "LIMIT_PARTS": "7",
        "LIMIT_HELD": "8",
    }
    given |= {"CONTACT": "https://example.org/", "ADDRESS": "https://example.org", "LIMIT_HELD": "8"}
    limits = Limits(MEGABYTE, 2 * MEGABYTE, 3, 4, 5 * MEGABYTE, 6, 7, 8)
    rules = Settings.from_environment({f"FEEDSIFT_{name}": value for name, value in given.items()}).rules
    assert rules == Rules(limits, ("nas.lan",), "https://example.org/", 7_200, "https://example.org")


@pytest.mark.parametrize("value", ["http://nas.lan", "nas.lan/feed", "*", "10.0.0.0/33", "nas.lan user@nas.lan"])
def test_a_host_to_fetch_from_that_cannot_be_is_named(value: str):
    with pytest.raises(ValueError, match=r"FEEDSIFT_FETCH_HOSTS names .* has to be like nas\.lan"):
        Settings.from_environment({"FEEDSIFT_FETCH_HOSTS": value})


@pytest.mark.parametrize("name", ["LIMIT_WIRE", "LIMIT_BODY", "LIMIT_READING_MEMORY"])
@pytest.mark.parametrize("value", ["16", "16MB", "0K", "-1M", "1.5M", "٣M", " ", "65G", "9" * 5_000 + "M"])
def test_a_size_that_cannot_be_is_named(name: str, value: str):
    with pytest.raises(ValueError, match=f"FEEDSIFT_{name} is .* has to be a size such as 512K, 16M or 1G"):
        Settings.from_environment({f"FEEDSIFT_{name}": value})
