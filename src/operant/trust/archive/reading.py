"""Reading a backup: its members in their order, each checked as it passes."""

import hashlib
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from pydantic import BaseModel, ValidationError
from pyrage.x25519 import Identity

from operant.platform.refusals import Invalid, Refusal

from . import age
from .contents import HEAD, Head

PIECE = 1 << 20
Parsed = TypeVar("Parsed", bound=BaseModel)


@dataclass
class Member:
    """One thing in the archive; it has to be read before the next one is asked for."""

    name: str
    size: int
    sha256: str
    content: IO[bytes]

    def pieces(self) -> Iterator[bytes]:
        """Return the content, a piece at a time."""
        while piece := self.content.read(PIECE):
            yield piece

    def digest(self) -> str:
        """Return the hash of the content, which is read by that."""
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest.hexdigest()

    def parsed(self, shape: type[Parsed]) -> Parsed:
        return shape.model_validate_json(self.content.read())


class Archive:
    """An open backup."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._members = _members(tar)
        self.head = _head(next(self._members, None))

    def members(self) -> Iterator[Member]:
        """Return everything after the head."""
        return self._members


@contextmanager
def reading(path: Path, identity: Identity) -> Iterator[Archive]:
    """
    Open a backup. What was read counts only when the block has ended: not before is it known to be whole.

    :raises Invalid: when it is none, or this identity does not open it. :raises Refusal: when it is damaged.
    """
    if not path.is_file():
        raise Invalid(f"There is no file {path}.")
    with path.open("rb") as source, age.opening(source, identity) as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|gz", bufsize=1 << 18) as tar:
                yield Archive(tar)
        except (tarfile.TarError, EOFError) as error:
            raise Refusal("The backup opens with this identity and holds no archive that can be read.") from error


def head(path: Path, identity: Identity) -> Head:
    """
    Return what a backup says at its beginning; the rest is not looked at.

    :raises Invalid, Refusal: as `reading` does.
    """
    found = None
    with suppress(_Enough), reading(path, identity) as archive:
        found = archive.head
        raise _Enough
    return found


class _Enough(Exception):
    """The rest is not wanted."""


def _members(tar: tarfile.TarFile) -> Iterator[Member]:
    for info in tar:
        content = tar.extractfile(info)
        if content is None:
            raise Refusal(f"The backup holds {info.name}, which is no file.")
        yield Member(info.name, info.size, info.pax_headers.get("OPERANT.sha256", ""), content)


def _head(first: Member | None) -> Head:
    if first is None or first.name != HEAD:
        raise Invalid("The file is encrypted to this key, and is no backup of Operant.")
    try:
        return first.parsed(Head)
    except ValidationError:
        raise Invalid("The backup has a form that this program does not know: use a newer Operant.") from None
