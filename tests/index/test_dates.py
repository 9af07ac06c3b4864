from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index import dates
from index.dates import Days


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("2019", "2019"),
        ("2019-3", "2019-03"),
        ("2019-03-07", "2019-03-07"),
        (" 2019-3-7 ", "2019-03-07"),
        ("2019-02-30", "2019-02-28"),
        ("2020-02-30", "2020-02-29"),
        ("2019-13-01", "2019-12-01"),
        ("2019-0-0", "2019-01-01"),
        ("0", "0001"),
        ("99", "0099"),
    ],
)
def test_a_partial_date_becomes_the_nearest_real_one(text: str, nearest: str) -> None:
    assert dates.partial(text) == nearest


@pytest.mark.parametrize("text", ["", "soon", "20190", "2019-", "2019-1-1-1", "-5", "٢٠١٩", "2019/3"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates.partial(text) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-03-07", date(2019, 3, 7), date(2019, 3, 7)),
    ],
)
def test_a_partial_date_covers_all_its_days(text: str, first: date, last: date) -> None:
    assert dates.days(text) == Days(first, last)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2014", Days(date(2014, 1, 1), date(2014, 12, 31))),
        ("2014-02..2014-04", Days(date(2014, 2, 1), date(2014, 4, 30))),
        ("2014..", Days(first=date(2014, 1, 1))),
        ("..2014", Days(last=date(2014, 12, 31))),
        (">=2019", Days(first=date(2019, 1, 1))),
        (">2019", Days(first=date(2020, 1, 1))),
        ("<=2019-06", Days(last=date(2019, 6, 30))),
        ("<2019-06", Days(last=date(2019, 5, 31))),
        ("<1", Days(last=date.min)),
        (">9999", Days(first=date.max)),
    ],
)
def test_ranges_include_their_ends_unless_they_say_otherwise(text: str, span: Days) -> None:
    assert dates.day_range(text) == (span, "")


@pytest.mark.parametrize(
    "text", ["", "..", ">", ">=", "2014..x", "x..2014", "..2014..", "2014..2015..2016", ">=2014.."]
)
def test_half_a_range_is_none(text: str) -> None:
    assert dates.day_range(text) is None


@given(st.from_regex(r"[0-9]{1,4}(-[0-9]{1,2}(-[0-9]{1,2})?)?", fullmatch=True))
def test_correcting_a_date_twice_changes_nothing_more(text: str) -> None:
    corrected = dates.partial(text)
    assert corrected is not None
    assert dates.partial(corrected) == corrected
    assert dates.days(corrected).first <= dates.days(corrected).last


@given(st.text(alphabet="0123456789-.<>= x"))
def test_no_text_makes_a_range_raise(text: str) -> None:
    read = dates.day_range(text)
    assert read is None or read[0].first <= read[0].last


@pytest.mark.parametrize(
    ("text", "corrected", "same"),
    [
        ("2019-02-30", "2019-02-28", "2019-02"),
        (">2019-13", ">2019-12", ""),
        ("2015..2014", "2014..2015", ""),
        ("2014-04..2014-02", "2014-02..2014-04", ""),
        ("2014-13..", "2014-12..", ""),
        ("..2014-00", "..2014-01", ""),
        ("0", "0001", ""),
    ],
)
def test_a_corrected_range_says_how_it_was_read(text: str, corrected: str, same: str) -> None:
    read = dates.day_range(text)
    assert read is not None
    assert read[1] == corrected
    assert dates.day_range(corrected) == (read[0], "")
    assert read != dates.day_range(same)


@pytest.mark.parametrize(
    "text", ["2014", "2014-2", "2014-02-3", "99", "2014-1..2014-03", ">=2019-6", "2014-5..", "1..1"]
)
def test_a_date_without_its_zeros_is_not_corrected(text: str) -> None:
    read = dates.day_range(text)
    assert read is not None
    assert read[1] == ""


@given(st.text(alphabet="0123456789-.<>= "))
def test_what_a_range_was_read_as_is_read_the_same(text: str) -> None:
    read = dates.day_range(text)
    if read and read[1]:
        assert dates.day_range(read[1]) == (read[0], "")


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2014", "2014", "2014"),
        ("2014-02", "2014-02", "2014-02"),
        ("2014-02-03", "2014-02-03", "2014-02-03"),
        ("2014-01..2014-12", "2014", "2014"),
        ("2014..2015-06", "2014", "2015-06"),
        ("2014..2015", "2014", "2015"),
        (">2014", "2015", ""),
        ("<=2014-02", "", "2014-02"),
    ],
)
def test_days_are_written_as_shortly_as_they_can_be(text: str, since: str, until: str) -> None:
    read = dates.day_range(text)
    assert read is not None
    assert dates.written(read[0]) == (since, until)


@given(st.dates(date(1, 1, 2), date(9999, 12, 30)), st.dates(date(1, 1, 2), date(9999, 12, 30)))
@example(date(2000, 1, 2), date(2000, 1, 31))
@example(date(2014, 3, 1), date(2014, 12, 31))
def test_written_days_are_the_same_days(one: date, other: date) -> None:
    span = Days(*sorted((one, other)))
    assert dates.day_range("..".join(dates.written(span))) == (span, "")
