from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import STATES, TOTAL, MakeApp
from webapp import chart


def bars(tree: LexborHTMLParser) -> dict[str, int]:
    """Give the numbers of the bars by what they say, from left to right."""
    found = {}
    for bar in tree.css("#chart .bars li"):
        label = "".join(node.text() for node in bar.css(".long, .short:not([aria-hidden])"))
        found[label] = pages.number(bar.css(".count")[0])
    return found


def heights(tree: LexborHTMLParser) -> list[int]:
    return [int(node.attributes["height"] or "") for node in tree.css("#chart rect")]


def sent(tree: LexborHTMLParser, since: str, until: str) -> list[tuple[str, str]]:
    """Give what a browser sends of the form with this range chosen."""
    form = pages.one(tree, "form#range")
    assert (form.attributes["method"], form.attributes["action"]) == ("get", "/")
    names = [node.attributes["name"] for node in form.css("select")]
    kept = [(node.attributes["name"] or "", node.attributes["value"] or "") for node in form.css("input")]
    return [*kept, *zip(names, (since, until), strict=True)]


def chosen(tree: LexborHTMLParser) -> list[str]:
    """Give what a browser shows as chosen: the first option where none is marked."""
    selects = [(node.css("option[selected]") or node.css("option"))[0] for node in tree.css("#range select")]
    return [option.attributes["value"] or "" for option in selects]


@pytest.fixture
def uneven(make_app: MakeApp) -> FlaskClient:
    """1, 2, 0 and 400 entries in four years, and one without a date."""
    years = [2001, 2002, 2002, *[2004] * 400]
    dated = [entry(f"urn:e:{number}", published=f"{year}-05-05T00:00:00Z") for number, year in enumerate(years)]
    return make_app(feed=atom(*dated, entry("urn:none", published=None))).test_client()


def test_there_is_a_bar_for_each_year_from_the_first_to_the_last(uneven: FlaskClient):
    tree = pages.get(uneven, "/")
    assert bars(tree) == {"2001": 1, "2002": 2, "2003": 0, "2004": 400}
    assert pages.words(pages.one(tree, "#chart-heading")) == "Entries by year"


def test_bars_are_in_proportion_and_whatever_is_there_can_be_seen(uneven: FlaskClient, client: FlaskClient):
    assert heights(pages.get(uneven, "/")) == [2, 2, 0, 100]
    tree = pages.get(client, "/")
    counts = list(bars(tree).values())
    assert heights(tree) == [round(100 * count / max(counts)) for count in counts]
    assert [int(node.attributes["y"] or "") for node in tree.css("#chart rect")] == [100 - h for h in heights(tree)]


def test_a_bar_without_entries_is_no_link_and_every_other_is_one(uneven: FlaskClient):
    items = pages.get(uneven, "/").css("#chart .bars li")
    assert [len(item.css("a[href]")) for item in items] == [1, 1, 0, 1]
    assert [len(item.css(".dead")) for item in items] == [0, 0, 1, 0]


def test_a_chosen_year_has_a_bar_for_each_month_and_a_way_back(client: FlaskClient):
    tree = pages.get(client, "/?q=rope&tag=boats&year=2010")
    assert pages.words(pages.one(tree, "#chart-heading")) == "Entries by month in 2010"
    found = bars(tree)
    assert len(found) == 12
    assert sum(found.values()) == pages.total(tree) == 4
    assert pages.one(tree, "#all-years").attributes["href"] == "/?q=rope&tag=boats"


def test_a_library_of_one_year_has_months_at_once_and_no_way_back(make_app: MakeApp):
    feed = atom(entry("urn:e:1", published="2020-02-29T00:00:00Z"), entry("urn:e:2", published="2020-12-31T23:59:59Z"))
    tree = pages.get(make_app(feed=feed).test_client(), "/")
    assert [month for month, count in bars(tree).items() if count] == ["February", "December"]
    assert tree.css("#all-years") == []


@pytest.mark.parametrize("state", ["/?year=2010&month=8", "/?from=2011&to=2012", "/?from=2011-05&to=2012-01"])
def test_what_is_chosen_is_marked(client: FlaskClient, state: str):
    marked = [node.attributes["id"] for node in pages.get(client, state).css("#chart a[aria-current=true]")]
    assert marked == (["bar-2010-8"] if "year" in state else ["bar-2011", "bar-2012"])


@pytest.mark.parametrize("address", STATES)
def test_the_table_has_the_same_numbers_as_the_bars(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    cells = zip(tree.css("#chart-table tbody th"), tree.css("#chart-table tbody td"), strict=True)
    assert {pages.words(period): pages.number(count) for period, count in cells} == bars(tree)
    assert bool(bars(tree)) == (pages.total(tree) > 0 and "month" not in address.replace("year=2010&month", ""))


def test_the_table_of_a_screen_reader_has_its_headings(client: FlaskClient):
    tree = pages.get(client, "/")
    assert [pages.words(node) for node in tree.css("#chart-table thead th[scope=col]")] == ["Year", "Entries"]
    assert len(tree.css("#chart-table th[scope=row]")) == 5
    assert tree.css("#chart svg:not([aria-hidden=true])") == []


@pytest.mark.parametrize(
    ("state", "since", "until"),
    [("/?q=rope&tag=boats&sort=oldest&size=7", "2011", "2012"), ("/?year=2010&feed=1", "2010-03", "2010-08")],
)
def test_the_form_of_a_range_is_a_plain_get_that_keeps_the_other_filters(
    client: FlaskClient, state: str, since: str, until: str
):
    pairs = sent(pages.get(client, state), since, until)
    others = [pair for pair in parse_qsl(state[2:]) if pair[0] not in ("year", "month", "from", "to")]
    assert sorted(pairs) == sorted([*others, ("from", since), ("to", until)])
    response = client.get("/", query_string=pairs)
    tree = pages.parsed(response.text)
    assert sorted(parse_qsl(pages.canonical(tree)[2:])) == sorted(pairs)
    assert chosen(tree)[:1] == [since[: len(chosen(tree)[0])]]


def test_a_range_has_as_many_entries_as_its_bars(client: FlaskClient):
    tree = pages.get(client, "/")
    found = bars(tree)
    for since, until in (("2010", "2014"), ("2011", "2013"), ("2012", "2012")):
        answer = client.get("/", query_string=sent(tree, since, until))
        inside = sum(count for year, count in found.items() if since <= year <= until)
        assert pages.total(pages.parsed(answer.text)) == inside


def test_a_range_from_its_end_to_its_beginning_is_turned_round(client: FlaskClient):
    totals = {
        pages.total(pages.parsed(client.get("/", query_string=sent(pages.get(client, "/"), *ends)).text))
        for ends in (("2011", "2013"), ("2013", "2011"))
    }
    assert len(totals) == 1


@pytest.mark.parametrize(
    ("state", "ends"),
    [
        ("/", ["2010", "2014"]),
        ("/?from=2011", ["2011", "2014"]),
        ("/?to=2012-05-05", ["2010", "2012"]),
        ("/?from=2013&to=2011", ["2011", "2013"]),
        ("/?year=2012", ["2012-01", "2012-12"]),
    ],
)
def test_the_form_stands_at_what_is_chosen_or_at_the_ends(client: FlaskClient, state: str, ends: list[str]):
    assert chosen(pages.get(client, state)) == ends


@pytest.mark.parametrize("state", ["/?from=1950&to=2030", "/?from=2011", "/?to=2030", "/?year=2010&month=8"])
def test_the_form_as_it_stands_asks_for_no_other_entries(client: FlaskClient, state: str):
    tree = pages.get(client, state)
    answer = pages.parsed(client.get("/", query_string=sent(tree, *chosen(tree))).text)
    assert pages.total(answer) == pages.total(tree)


def test_there_is_no_chart_without_dates_or_without_entries(make_app: MakeApp, client: FlaskClient):
    undated = make_app(feed=atom(*(entry(f"urn:e:{number}", published=None) for number in range(3)))).test_client()
    assert pages.total(pages.get(undated, "/")) == 3
    assert pages.get(undated, "/").css("#chart") == []
    assert pages.get(client, "/?q=zyzzyva").css("#chart") == []
    assert pages.get(client, "/?month=3").css("#chart") == []


def test_a_very_long_span_has_bars_only_where_there_are_entries(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch):
    times = [f"{year}-05-05T00:00:00Z" for year in (1990, 1999, 2025)]
    feed = atom(*(entry(f"urn:{time}", published=time) for time in times))
    client = make_app(feed=feed).test_client()
    monkeypatch.setattr(chart, "MOST_BARS", 35)
    assert list(bars(pages.get(client, "/"))) == ["1990", "1999", "2025"]
    monkeypatch.setattr(chart, "MOST_BARS", 36)
    assert len(bars(pages.get(client, "/"))) == 36


def test_the_bars_of_all_years_leave_out_only_what_has_no_date(client: FlaskClient):
    assert sum(bars(pages.get(client, "/")).values()) == TOTAL - 1
