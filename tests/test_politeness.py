"""The simulation of a week, in small: that it finds no fault, and that it could."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.politeness import DAY, HABITS, Publisher, World, faults, live, served

pytestmark = pytest.mark.allow_hosts([f"127.0.1.{number}" for number in range(1, len(HABITS) + 1)])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(len(HABITS), 3, 1)
    with served(world):
        library = live(world, tmp_path_factory.mktemp("library"))
        assert faults(world, library) == []
        library.close()
    return world


def test_no_server_sees_more_unconditional_requests_than_changes(world: World) -> None:
    for publisher in world.publishers.values():
        whole = [at for at, is_conditional, status in publisher.requests if not is_conditional and status == 200]
        assert len(whole) <= max(3, len(publisher.changes) + 1), publisher


def test_every_feed_is_up_to_date_to_the_hour_where_its_server_allows_it(world: World) -> None:
    (plain,) = (publisher for publisher in world.publishers.values() if publisher.habit is HABITS[0])
    times = [at for at, _, _ in plain.requests]
    assert max(after - before for before, after in itertools.pairwise(times)) <= 3_600


def test_the_simulation_can_find_fault(world: World, tmp_path: Path) -> None:
    publisher: Publisher = world.publishers["127.0.1.1"]
    kept = list(publisher.requests)
    publisher.requests[:] = [(0, False, 200), (60, False, 200), (2 * DAY, False, 200)]

    class NoLibrary:
        def feeds(self) -> list[object]:
            return []

    assert len(faults(world, NoLibrary())) == 3  # too soon, twice without conditions, and where are the feeds?
    publisher.requests[:] = kept
