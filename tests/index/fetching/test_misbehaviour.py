import re
from dataclasses import replace

import pytest

from index.rules import MEGABYTE, Limits
from tests import hostile
from tests.misbehaviour import fetched

SMALL = Limits(wire=4 * MEGABYTE, body=4 * MEGABYTE, seconds=10)
SHORT = replace(SMALL, seconds=0.5)


@pytest.mark.parametrize("case", hostile.CASES, ids=lambda case: case.name)
def test_a_server_that_misbehaves_gets_nowhere(case: hostile.Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostile, "pace", 50.0)
    with hostile.serving(case) as url:
        message = fetched(url, SHORT if hostile.TOO_LONG in case.says else SMALL)
    assert re.search(case.says, message)


def test_every_way_has_a_name_of_its_own() -> None:
    assert len({case.name for case in hostile.CASES}) == len(hostile.CASES)
