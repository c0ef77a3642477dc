"""Putting members into the archive, piece by piece."""

import gzip
import io
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

PIECE = 4 << 20
# Reports and the database shrink to a fifth; higher levels take three times as long for a tenth less.
LEVEL = 1


class Packer:
    """Writes one archive to a stream."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def text(self, name: str, content: str) -> None:
        """Add a small member."""
        self._piece(name, content.encode())

    def stream(self, name: str, content: Iterable[bytes]) -> None:
        """Add what is of unknown length: as numbered members, each no larger than a piece."""
        for number, piece in enumerate(_pieces(content), start=1):
            self._piece(f"{name}.{number:06}.sql", piece)

    def file(self, name: str, content: IO[bytes], size: int, sha256: str) -> None:
        """Add a file of known length; its hash travels with it."""
        member = _member(name, size)
        member.pax_headers = {"OPERANT.sha256": sha256}
        self._tar.addfile(member, content)

    def _piece(self, name: str, piece: bytes) -> None:
        self._tar.addfile(_member(name, len(piece)), io.BytesIO(piece))


@contextmanager
def packing(target: IO[bytes]) -> Iterator[Packer]:
    """Give a packer; the archive is whole when the block has ended."""
    with (
        gzip.GzipFile(fileobj=target, mode="wb", compresslevel=LEVEL, mtime=0, filename="") as small,
        tarfile.open(fileobj=small, mode="w|", format=tarfile.PAX_FORMAT, bufsize=1 << 18) as tar,
    ):
        yield Packer(tar)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for some in content:
        held += some
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
