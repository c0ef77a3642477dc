"""Files that a restore brings back: they lie aside until their rows are known to be right."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import default_storage

from . import storing

_CHUNK = 1 << 20


class Returning:
    """What was taken and is not in its place yet."""

    def __init__(self) -> None:
        self._aside: dict[str, Path] = {}

    def take(self, pieces: Iterable[bytes], *, location: str, sha256: str) -> bool:
        """
        Lay the bytes of a file aside and return whether they have the hash of its row.

        What stands already is only ever replaced by bytes that have it.
        """
        path, digest = _written(pieces)
        is_right = digest == sha256
        if default_storage.exists(location) and (not is_right or _hash_of(location) == sha256):
            path.unlink()
        else:
            self._aside[location] = path
        return is_right

    def fill(self) -> None:
        """Put those in place where nothing stands: without their rows they are orphans, and harm nothing."""
        for location in [each for each in self._aside if not default_storage.exists(each)]:
            self._put(location)

    def replace(self) -> None:
        """Put the others in place of what stands there."""
        for location in list(self._aside):
            default_storage.delete(location)
            self._put(location)

    def drop(self) -> None:
        """Remove what is still aside."""
        while self._aside:
            self._aside.popitem()[1].unlink(missing_ok=True)

    def _put(self, location: str) -> None:
        path = self._aside[location]
        storing.put(path, location)
        del self._aside[location]
        # A storage elsewhere copies instead of moving.
        path.unlink(missing_ok=True)


@contextmanager
def returning() -> Iterator[Returning]:
    """Give a place for files that come back; nobody may be uploading meanwhile."""
    for left in storing.arriving().iterdir():
        # Of a restore that was interrupted: as much room again may not be there.
        left.unlink()
    files = Returning()
    try:
        yield files
    finally:
        files.drop()


def _written(pieces: Iterable[bytes]) -> tuple[Path, str]:
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=storing.arriving(), delete=False) as target:
        try:
            for piece in pieces:
                digest.update(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        except BaseException:
            Path(target.name).unlink()
            raise
    return Path(target.name), digest.hexdigest()


def _hash_of(location: str) -> str:
    digest = hashlib.sha256()
    with default_storage.open(location) as content:
        for piece in content.chunks(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()
