"""Sealing everything anew under a new key, while people work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from operant.platform.crypto import Ring, keys
from operant.platform.crypto.columns import SealedColumn, sealed_columns
from operant.platform.refusals import Refusal

from ..database import sealed
from ..database.sealed import Damaged
from ..showing import Progress

LOCK_SECONDS = 10


@dataclass
class Rotated:
    """What a rotation did: the key that seals now, how many values were sealed anew, and which ones nobody can open."""

    key: int
    values: int = 0
    stuck: list[Damaged] = field(default_factory=list)


def rotate(database: Mapping[str, Any], ring_file: Path, say: Callable[[str], None]) -> Rotated:
    """
    This function will make a new key and seal every value with it, whatever an earlier rotation left.

    `database` are the owner's connection parameters. Values that somebody writes meanwhile are never overwritten, and
    those that cannot be opened are left as they are and named.
    """
    ring = Ring.parsed(ring_file.read_text(encoding="ascii")).with_new_key()
    keys.write_ring(ring_file, ring.text)
    return _seal(database, ring, say)


def finish(database: Mapping[str, Any], ring_file: Path, say: Callable[[str], None]) -> Rotated:
    """This function will do what a rotation left: seal with the newest key what older ones still seal."""
    return _seal(database, Ring.parsed(ring_file.read_text(encoding="ascii")), say)


def forget(database: Mapping[str, Any], ring_file: Path) -> set[int]:
    """
    This function will take keys that nothing is sealed with out of the ring, and return their numbers.

    :raises Refusal: when the tables are too busy to be sure, or values name keys that are not in the ring.
    """
    with psycopg.connect(**database) as connection:
        connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        try:
            for table in sorted({column.table for column in sealed_columns()}):
                # Waits for everybody who is writing, and lets nobody write until the ring has changed.
                connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
        except psycopg.errors.LockNotAvailable:
            raise Refusal("Somebody is writing sealed values without a pause: try again in a moment.") from None
        ring = Ring.parsed(ring_file.read_text(encoding="ascii"))
        used = set(sealed.counted(connection))
        gone = set(ring.keys) - used - {ring.sealing}
        if gone and used - set(ring.keys):
            raise Refusal(_unsure(connection, ring))
        if gone:
            keys.write_ring(ring_file, ring.without(gone).text)
    return gone


def _unsure(connection: psycopg.Connection, ring: Ring) -> str:
    # A number is a byte like the others: whatever damaged it may hide which key the value needs.
    lines = "\n".join(sealed.told(sealed.keyless(connection, ring)))
    return f"Values name keys that are not in the ring, so any key may be theirs. Mend or remove them first:\n{lines}"


def _seal(database: Mapping[str, Any], ring: Ring, say: Callable[[str], None]) -> Rotated:
    progress, rotated = Progress(say), Rotated(ring.sealing)
    with psycopg.connect(**database, autocommit=True) as connection:
        numbers = sealed.counted(connection)
        older = numbers.total() - numbers[ring.sealing]
        progress.step(f"Key {ring.sealing} seals from now on; {older:,} values are sealed with older ones.")
        # What was being written while the ring changed may still come under the old key: again, until none does.
        while any(_pass(connection, column, ring, rotated, progress) for column in sealed_columns()):
            rotated.stuck.clear()
    return rotated


def _pass(
    connection: psycopg.Connection, column: SealedColumn, ring: Ring, rotated: Rotated, progress: Progress
) -> bool:
    """Seal a column's older values anew, and return whether there were any that can be opened."""
    found = False
    for rows in sealed.others(connection, column, {ring.sealing}):
        found |= _reseal(connection, column, ring, rows, rotated)
        progress.at(f"{rotated.values:,} values sealed anew")
    return found


def _reseal(
    connection: psycopg.Connection, column: SealedColumn, ring: Ring, rows: list[tuple[Any, Any, int]], rotated: Rotated
) -> bool:
    changes = []
    for key, old, number in rows:
        value = sealed.opened(ring, column, old)
        if value is None:
            rotated.stuck.append(sealed.damaged(column, key, number))
        else:
            changes.append((column.written(ring.seal(value, context=column.context)), key, old))
    if changes:
        # Whoever wrote meanwhile wrote something newer: it stays, and the next pass looks at it.
        statement = sql.SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s")
        with connection.transaction(), connection.cursor() as cursor:
            sealed.enter(connection)
            cursor.executemany(statement.format(**sealed.names(column)), changes)
            rotated.values += cursor.rowcount
    return bool(changes)
