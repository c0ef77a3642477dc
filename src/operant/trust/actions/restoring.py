"""Bringing a backup back: in one transaction, compared with its manifest before it counts."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from pyrage.x25519 import Identity

from operant.platform.crypto import keys
from operant.platform.files.returning import Returning, returning
from operant.platform.refusals import Refusal

from .. import marks, queries
from ..archive.contents import DATABASE, FILES, MANIFEST, MASTER_KEY, Head, Manifest
from ..archive.reading import Archive, Member, reading
from ..database import digests
from ..database.loading import EMPTY, Bounds, Database, Script
from ..showing import Progress, size


@dataclass(frozen=True)
class Target:
    """
    Where a backup is restored to: a database as the owner of its tables, and the place of its ring of keys.

    The mark `unfinished` is on the disk just before the commit; whoever has done the rest takes it away.
    """

    database: Mapping[str, Any]
    master_key: Path
    unfinished: Path


@dataclass
class _Found:
    """What the archive held, member by member."""

    ring: bytes = b""
    manifest: Manifest | None = None
    files: int = 0
    changed: list[str] = field(default_factory=list)


def restore(path: Path, identity: Identity, target: Target, say: Callable[[str], None]) -> tuple[Head, Manifest]:
    """
    This function will replace everything in the target by what the backup holds.

    The database changes in one transaction at the very end; ended before it, everything is as it was, apart from
    files that no row names. Files that stand are left alone before it, and whatever happens those that are right.

    :raises Invalid: when it is no backup, a newer one, or the identity is another's.
    :raises Refusal: when it is not whole, or the database is not what the manifest says.
    """
    progress = Progress(say)
    with closing(psycopg.connect(**target.database)) as connection, returning() as files:
        connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        bounds = Bounds(connection)
        try:
            found, head, manifest = _load(path, identity, connection, files, progress)
            ring = queries.ring(found.ring)
            bounds.check()
            _compare(connection, manifest, progress)
        except BaseException:
            if bounds.passed():
                marks.put(target.unfinished)
            raise
        # Broken off here, the files are too many, which harms nobody; after the commit they would be too few.
        files.fill()
        _commit(connection, target.unfinished)
        # These take the place of others, which are the old rows' until the old rows are gone.
        files.replace()
    _put_ring(target.master_key, ring)
    return head, manifest


def _load(
    path: Path, identity: Identity, connection: psycopg.Connection, files: Returning, progress: Progress
) -> tuple[_Found, Head, Manifest]:
    connection.execute(EMPTY)
    with reading(path, identity) as archive:
        queries.fits(archive.head)
        found = _read(archive, connection, files, progress)
    return found, archive.head, queries.whole(found.manifest, found.files, found.changed)


def _read(archive: Archive, connection: psycopg.Connection, files: Returning, progress: Progress) -> _Found:
    found, script, total = _Found(), Script(Database(connection)), 0
    for member in archive.members():
        total += member.size
        progress.at(f"{size(total)} read")
        _take(member, found, script, files)
    script.finish()
    progress.step(f"{size(total)} read, {found.files} files.")
    return found


def _take(member: Member, found: _Found, script: Script, files: Returning) -> None:
    if member.name.startswith(DATABASE):
        for piece in member.pieces():
            script.feed(piece)
    elif member.name.startswith(FILES):
        location = member.name.removeprefix(FILES)
        found.files += 1
        if not files.take(member.pieces(), location=location, sha256=member.sha256):
            found.changed.append(location)
    elif member.name == MASTER_KEY:
        found.ring = member.content.read()
    elif member.name == MANIFEST:
        found.manifest = member.parsed(Manifest)


def _compare(connection: psycopg.Connection, manifest: Manifest, progress: Progress) -> None:
    progress.step("Comparing rows and hashes with the manifest.")
    # The dump ended with settings of its own; the owner sees rows only when it says that it migrates.
    connection.execute("SET LOCAL search_path = pg_catalog; SET LOCAL row_security = on")
    connection.execute("SELECT pg_catalog.set_config('app.migrating', 'on', true)")
    wrong = digests.differences(manifest.tables, digests.tables(connection))
    if wrong:
        raise Refusal(f"What was restored is not what was backed up, so nothing was changed: {'; '.join(wrong)}.")
    if missing := set(manifest.functions) - set(digests.functions(connection)):
        raise Refusal(f"This program does not make functions that the backup's tables need: {', '.join(sorted(missing))}.")
    progress.step(f"{len(manifest.tables)} tables are as they were, row by row.")


def _commit(connection: psycopg.Connection, mark: Path) -> None:
    # What stands here may be half of an earlier restore, and then still is.
    stood = mark.exists()
    marks.put(mark)
    try:
        connection.commit()
    except psycopg.Error:
        # The server refused, so everything is as it was. When it fell silent, nobody knows.
        if not (stood or connection.closed):
            marks.take_away(mark)
        raise


def _put_ring(path: Path, ring: str) -> None:
    """Put the ring in its place; another one that stands there is kept beside it."""
    if path.exists() and path.read_text(encoding="ascii") != ring:
        path.rename(path.with_name(f"{path.name}.replaced-{secrets.token_hex(4)}"))
    keys.write_ring(path, ring)
