import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3 import HTTPHeaderDict

from index.fetching.caching import LONGEST, lifetime, retry_after

NOW = 1_000_000_000  # Sun, 09 Sep 2001 01:46:40 GMT
DATE = "Sun, 09 Sep 2001 01:46:40 GMT"
LATER = "Sun, 09 Sep 2001 02:46:40 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=1800"}, 1_800),
        ({"Cache-Control": "public, Max-Age = 1800 , must-revalidate"}, 1_800),
        ({"Cache-Control": 'max-age="60"'}, 60),
        ({"Cache-Control": "max-age=60, max-age=70"}, 60),
        ({"Cache-Control": "max-age=60", "Age": "20"}, 40),
        ({"Cache-Control": "max-age=60", "Age": "90"}, 0),
        ({"Cache-Control": "max-age=60", "Age": "x"}, 60),
        ({"Cache-Control": "s-maxage=60"}, None),
        ({"Cache-Control": "no-cache"}, 0),
        ({"Cache-Control": "no-store, max-age=60"}, 0),
        ({"Cache-Control": "No-Cache, max-age=60"}, 0),
        ({"Cache-Control": 'no-cache="Set-Cookie", max-age=60'}, 60),
        ({"Cache-Control": 'x="no-store, max-age=1", max-age=60'}, 60),
        ({"Cache-Control": "max-age"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=1.5"}, None),
        ({"Cache-Control": "max-age=٣"}, None),
        ({"Cache-Control": "max-age=" + "9" * 5_000}, LONGEST),
        ({"Cache-Control": "public"}, None),
        ({"Expires": LATER, "Date": DATE}, 3_600),
        ({"Expires": LATER}, 3_600),
        ({"Expires": LATER, "Date": DATE, "Age": "600"}, 3_000),
        ({"Expires": LATER, "Date": "nonsense"}, 3_600),
        ({"Expires": DATE, "Date": LATER}, 0),
        ({"Expires": "0"}, 0),
        ({"Expires": "-1"}, 0),
        ({"Expires": " "}, None),
        ({"Cache-Control": "max-age=60", "Expires": LATER, "Date": DATE}, 60),
        ({"Cache-Control": "max-age=x", "Expires": LATER, "Date": DATE}, 3_600),
        ({"cache-control": "max-age=60"}, 60),
    ],
)
def test_an_answer_says_how_long_it_stays_fresh(headers: dict[str, str], seconds: int | None) -> None:
    assert lifetime(HTTPHeaderDict(headers), NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": " 120 "}, 120),
        ({"Retry-After": "9" * 400}, LONGEST),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": LATER, "Date": DATE}, 3_600),
        ({"Retry-After": LATER}, 3_600),
        ({"Retry-After": DATE, "Date": LATER}, 0),
        ({"Retry-After": "Sunday, 09-Sep-01 02:46:40 GMT", "Date": "Sun Sep  9 01:46:40 2001"}, 3_600),
        ({"Retry-After": "Sun, 09 Sep 9999999999 02:46:40 GMT"}, None),
    ],
)
def test_a_server_says_when_to_come_again(headers: dict[str, str], seconds: int | None) -> None:
    assert retry_after(HTTPHeaderDict(headers), NOW) == seconds


values = st.text(max_size=40) | st.sampled_from([DATE, LATER, "0", "max-age=60", "no-store", "9" * 30, "\0"])


@given(st.dictionaries(st.sampled_from("Cache-Control Expires Age Date Retry-After".split()), values))
@example({"Expires": "Mon, 01 Jan 0001 00:00:00 +2359", "Date": "Fri, 31 Dec 9999 23:59:59 -2359"})
def test_whatever_is_said_gives_a_number_of_seconds_or_none(headers: dict[str, str]) -> None:
    for seconds in (lifetime(headers, NOW), retry_after(headers, NOW)):
        assert seconds is None or 0 <= seconds <= LONGEST
