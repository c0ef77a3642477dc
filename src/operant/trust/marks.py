"""The mark of a restore that changed something and is not finished: a file that a power cut leaves as it was."""

import os
from pathlib import Path


def put(path: Path) -> None:
    """Make the mark, and return when it is on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.fsync(descriptor)
    os.close(descriptor)
    _keep(path.parent)


def take_away(path: Path) -> None:
    """Remove the mark, and return when it is gone from the disk."""
    path.unlink(missing_ok=True)
    _keep(path.parent)


def _keep(folder: Path) -> None:
    # A name is on the disk when its folder is.
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
