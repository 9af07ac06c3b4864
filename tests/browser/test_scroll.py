"""More entries: three batches by themselves, then by the link, none twice and none left out."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import corpus, results
from tests.browser.conftest import NewPage
from tests.browser.servers import Server
from tests.browser.watch import Watch


def scroll_to_the_end(page: Page) -> None:
    """Turn the wheel until the foot of the page is there and nothing more comes."""
    page.mouse.move(640, 400)
    at_the_end = 0
    while at_the_end < 3:
        page.mouse.wheel(0, 2_000)
        wait_for_scrolling(page)
        results.wait(page)
        is_end = page.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 2")
        at_the_end = at_the_end + 1 if is_end else 0


def wait_for_scrolling(page: Page) -> None:
    """Wait for what scrolling sets off: a frame for its event, one for what that asks for, one to spare."""
    for _ in range(3):
        page.evaluate("new Promise(requestAnimationFrame)")


def turn_the_wheel(page: Page, pixels: int) -> None:
    """Scroll by the wheel; what comes before the page is painted gets lost, so until it has moved."""
    before = page.evaluate("scrollY")
    for _ in range(100):
        page.mouse.wheel(0, pixels)
        wait_for_scrolling(page)
        if page.evaluate("scrollY") != before:
            return
    raise AssertionError("the wheel moves nothing")


def places(page: Page) -> list[tuple[str, str]]:
    return page.locator("#feed > article").evaluate_all(
        "articles => articles.map(article => [article.ariaPosInSet, article.ariaSetSize])"
    )


def load_more(page: Page) -> None:
    with results.swap(page):
        page.locator("#more").click()


def test_scrolling_loads_three_batches_and_then_lets_the_reader_reach_the_foot(page: Page, watch: Watch):
    page.goto("/")
    scroll_to_the_end(page)
    assert len(results.entries(page)) == 4 * results.BATCH
    assert len(watch.fragments) == 3
    assert results.state(page) == "/?page=4"
    expect(page.locator("footer.site")).to_be_in_viewport()
    expect(page.locator("#more")).to_have_text("Load 20 more")


def test_scrolling_keeps_its_place_and_moves_no_focus(page: Page):
    page.goto("/")
    page.mouse.move(640, 400)
    with results.swap(page):
        turn_the_wheel(page, 20_000)
    assert page.evaluate("scrollY") > 1_000
    assert results.focused(page) == "body"


def test_the_entries_are_numbered_through_and_none_comes_twice(page: Page):
    page.goto("/")
    for _ in range(5):
        load_more(page)
    shown = results.entries(page)
    assert len(set(shown)) == len(shown) == corpus.ENTRIES
    assert places(page) == [[str(place), str(corpus.ENTRIES)] for place in range(1, corpus.ENTRIES + 1)]
    expect(page.locator("#more")).to_have_count(0)
    expect(page.locator(".shown")).to_contain_text("120 of 120 shown.")


def test_a_click_on_the_link_leads_to_the_first_new_entry(page: Page):
    page.goto("/")
    load_more(page)
    shown = results.entries(page)
    assert len(shown) == 2 * results.BATCH
    assert results.focused(page) == shown[results.BATCH]
    expect(page.locator(f"#{shown[results.BATCH]}")).to_be_in_viewport()


def test_the_link_works_by_keyboard_too(page: Page):
    page.goto("/")
    page.locator("#more").focus()
    with results.swap(page):
        page.keyboard.press("Enter")
    assert results.focused(page) == results.entries(page)[results.BATCH]
    expect(results.status(page)).to_have_text("20 more loaded, 40 of 120.")


def test_the_keyboard_reaches_the_foot_without_loading_anything(page: Page, watch: Watch):
    page.goto("/")
    page.locator("#feed > article").last.locator("a").last.focus()
    wait_for_scrolling(page)
    pressed = []
    while len(pressed) < 5 and not page.evaluate("Boolean(document.activeElement.closest('footer.site'))"):
        page.keyboard.press("Tab")
        pressed.append(results.focused(page))
        wait_for_scrolling(page)
    assert pressed[:-1] == ["more"]
    assert watch.fragments == []


def test_scrolling_loads_nothing_while_the_focus_is_at_the_end(page: Page, watch: Watch):
    page.goto("/")
    page.locator("#more").focus()
    page.mouse.move(640, 400)
    for pixels in (-100, 100, -100):  # up first: the end may be in view already
        turn_the_wheel(page, pixels)
    assert results.focused(page) == "more"
    assert watch.fragments == []


def test_a_batch_is_no_step_in_history_and_a_reload_shows_the_same_entries(page: Page):
    page.goto("/?tag=weather")
    steps = results.history_length(page)
    load_more(page)
    assert results.history_length(page) == steps
    assert results.state(page) == "/?tag=weather&page=2"
    shown, numbered = results.entries(page), places(page)
    page.reload()
    assert results.entries(page) == shown
    assert places(page) == numbered


def test_after_a_filter_scrolling_loads_by_itself_again(page: Page):
    page.goto("/")
    scroll_to_the_end(page)
    page.evaluate("scrollTo(0, 0)")
    with results.swap(page):
        page.get_by_role("link", name="Oldest").click()
    assert len(results.entries(page)) == results.BATCH
    scroll_to_the_end(page)
    assert len(results.entries(page)) == 4 * results.BATCH
    assert results.state(page) == "/?sort=oldest&page=4"


def test_best_matches_go_on_where_they_left_off(page: Page):
    page.goto("/?q=anchor")
    total = results.total(page)
    assert total > 2 * results.BATCH
    while page.locator("#more").count():
        load_more(page)
    shown = results.entries(page)
    assert len(set(shown)) == len(shown) == total


def test_an_entry_that_comes_in_between_two_batches_shifts_nothing(new_page: NewPage, own_server: Server):
    page = new_page(server=own_server)
    page.goto("/")
    before = results.entries(page)
    load_more(page)
    own_server.publish(corpus.feed(corpus.newer(1)))
    for _ in range(4):
        load_more(page)
    shown = results.entries(page)
    assert shown[: len(before)] == before
    assert len(set(shown)) == len(shown) == corpus.ENTRIES
    page.reload()
    assert page.locator("#feed h3").first.inner_text() == "Late news 1"
    assert results.entries(page)[1:] == shown[:-1]
