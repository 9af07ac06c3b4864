"""What has to be on the disk itself, not only on its way there."""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Make what was written to a file, or the names in a folder, survive a power cut (fsync)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
