"""Makes an index that holds entries twice, as a fault once did and no version does any more."""

from __future__ import annotations

import pytest

from index import Library
from index.proof import Expected


def double(library: Library) -> None:
    """Put an index in force that holds each entry of the library twice."""
    real = library.store.whole
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Expected, "prove", lambda *_: None)
        patch.setattr(library.store, "whole", lambda: [*real(), *real()])
        library.publish(is_whole=True)
