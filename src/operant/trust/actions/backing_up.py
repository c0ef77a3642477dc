"""Writing a backup: everything of one moment, encrypted on its way, checked before it gets its name."""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from django.core.files.storage import default_storage
from pyrage.x25519 import Recipient

from operant import __version__
from operant.platform import clock
from operant.platform.refusals import Refusal

from ..archive import age
from ..archive.contents import DATABASE, FILES, HEAD, MANIFEST, MASTER_KEY, Head, Manifest
from ..archive.packing import Packer, packing
from ..database import digests, dumping
from ..showing import Progress, size

_PIECE = 1 << 20
_PARTIAL = ".backup.partial"


@dataclass(frozen=True)
class Source:
    """What is backed up: a database as a role that sees all of it, the key of sealed fields, and pg_dump."""

    database: Mapping[str, Any]
    master_key: Path
    pg_dump: Path


@dataclass(frozen=True)
class Written:
    """A finished backup."""

    path: Path
    bytes: int
    sha256: str
    manifest: Manifest


def back_up(source: Source, target: Path, recipient: Recipient, say: Callable[[str], None]) -> Written:
    """
    This function will write a backup to `target`, which exists only when it is whole.

    :raises Refusal: when the file exists, or what was written could not be read back as it was.
    """
    if target.exists():
        raise Refusal(f"{target} exists already: name another file.")
    progress = Progress(say)
    with _arriving(target) as (path, file):
        kept = _Kept(file)
        with age.sealing(kept, recipient) as stream, packing(stream) as packer:
            manifest = _fill(packer, source, progress)
        file.flush()
        os.fsync(file.fileno())
        progress.step(f"Reading back {size(kept.size)}.")
        if _read_back(path) != kept.digest.hexdigest():
            raise Refusal(f"What was read back from {path.parent} is not what was written: do not trust this disk.")
        path.rename(target)
    _sync(target.parent)
    return Written(target, kept.size, kept.digest.hexdigest(), manifest)


def _fill(packer: Packer, source: Source, progress: Progress) -> Manifest:
    with dumping.snapshot(source.database) as (connection, name):
        # The ring first: what is sealed in this snapshot was sealed with what is in it now.
        ring = source.master_key.read_text(encoding="ascii")
        dumping.check(source.pg_dump, connection)
        packer.text(HEAD, _head(connection).model_dump_json())
        packer.text(MASTER_KEY, ring)
        progress.step("Counting rows.")
        tables = digests.tables(connection)
        progress.step(f"{len(tables)} tables, {sum(table.rows for table in tables.values()):,} rows.")
        for part, what in (("1-tables", dumping.TABLES), ("2-registers", dumping.REGISTERS)):
            pieces = dumping.dump(source.pg_dump, source.database, name, what)
            packer.stream(f"{DATABASE}{part}", progress.through(pieces, "database"))
        manifest = Manifest(tables=tables, functions=digests.functions(connection), files=0, bytes=0)
        _files(packer, connection, source, manifest, progress)
    packer.text(MANIFEST, manifest.model_dump_json())
    return manifest


def _head(connection: psycopg.Connection) -> Head:
    server = connection.execute("SHOW server_version").fetchone()[0]
    return Head(
        operant=__version__, at=clock.now(), postgresql=server, migrations=digests.migrations(connection)
    )


def _files(
    packer: Packer, connection: psycopg.Connection, source: Source, manifest: Manifest, progress: Progress
) -> None:
    rows = connection.cursor(name="files")
    rows.itersize = 500
    rows.execute("SELECT id, location, sha256 FROM public.files_file ORDER BY id")
    lost = []
    for key, location, sha256 in rows:
        try:
            content = default_storage.open(location)
        except FileNotFoundError:
            lost.append((key, location))
            continue
        with content:
            hashing = _Hashing(content)
            packer.file(f"{FILES}{location}", hashing, content.size, sha256)
        manifest.files += 1
        manifest.bytes += content.size
        if hashing.digest.hexdigest() != sha256:
            manifest.changed.append(location)
        progress.at(f"{manifest.files} files, {size(manifest.bytes)}")
    progress.step(f"{manifest.files} files, {size(manifest.bytes)}.")
    _explain(lost, source, manifest)


def _explain(lost: list[tuple[Any, str]], source: Source, manifest: Manifest) -> None:
    """A file without bytes was deleted since the snapshot, and then its row is gone now; or it was lost."""
    if not lost:
        return
    with psycopg.connect(**source.database) as now:
        standing = now.execute("SELECT id FROM public.files_file WHERE id = ANY(%s)", [[key for key, _ in lost]])
        known = {key for (key,) in standing.fetchall()}
    for key, location in lost:
        (manifest.missing if key in known else manifest.deleted).append(location)


class _Hashing:
    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, count: int) -> bytes:
        piece = self._content.read(count)
        self.digest.update(piece)
        return piece


class _Kept:
    """Counts and hashes what goes to the disk."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self.digest.update(piece)
        self.size += len(piece)

    def flush(self) -> None:
        self._file.flush()


@contextmanager
def _arriving(target: Path):
    for left in target.parent.glob(f".*{_PARTIAL}"):
        _remove_if_left(left)
    path = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_PARTIAL}")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield path, file
    finally:
        path.unlink(missing_ok=True)


def _remove_if_left(path: Path) -> None:
    """Remove what a killed backup left: nobody holds its lock any more."""
    with suppress(OSError), path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()


def _read_back(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        # From the disk, not from the memory that still holds what we wrote.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
