"""Sealing everything anew under a new key, while people work."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from operant.platform.crypto import BrokenSeal, Ring, keys
from operant.platform.crypto.columns import SealedColumn, sealed_columns
from operant.platform.refusals import Refusal

from ..showing import Progress

BATCH = 100
LOCK_SECONDS = 10


@dataclass
class Rotated:
    """What a rotation did: the key that seals now, how many values were sealed anew, and how many nobody can open."""

    key: int
    values: int = 0
    stuck: int = 0


def rotate(database: Mapping[str, Any], ring_file: Path, say: Callable[[str], None]) -> Rotated:
    """
    This function will make a new key and seal every value with it; one that was interrupted goes on with its key.

    `database` are the owner's connection parameters. Values that somebody writes meanwhile are never overwritten.
    """
    progress = Progress(say)
    with psycopg.connect(**database, autocommit=True) as connection:
        ring = _ring(connection, ring_file, progress)
        rotated = Rotated(ring.sealing)
        # What was being written while the ring changed may still come under the old key: again, until none does.
        while any(_pass(connection, column, ring, rotated, progress) for column in sealed_columns()):
            rotated.stuck = 0
    return rotated


def sealed_with(connection: psycopg.Connection) -> Counter[int]:
    """Return how many values are sealed with each key, by its number."""
    found: Counter[int] = Counter()
    with connection.transaction():
        _enter(connection)
        for column in sealed_columns():
            rows = connection.execute(
                sql.SQL("SELECT {number}, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1").format(**_names(column))
            )
            found.update({number[0] if number else 0: count for number, count in rows.fetchall()})
    return found


def forget(database: Mapping[str, Any], ring_file: Path) -> set[int]:
    """
    This function will take keys that nothing is sealed with out of the ring, and return their numbers.

    :raises Refusal: when the tables are too busy to be sure.
    """
    with psycopg.connect(**database) as connection:
        connection.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        try:
            for table in sorted({column.table for column in sealed_columns()}):
                # Waits for everybody who is writing, and lets nobody write until the ring has changed.
                connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
        except psycopg.errors.LockNotAvailable:
            raise Refusal("Somebody is writing sealed values without a pause: try again in a moment.") from None
        used = sealed_with(connection)
        ring = Ring.parsed(ring_file.read_text(encoding="ascii"))
        gone = set(ring.keys) - set(used) - {ring.sealing}
        if gone:
            keys.write_ring(ring_file, ring.without(gone).text)
    return gone


def _ring(connection: psycopg.Connection, ring_file: Path, progress: Progress) -> Ring:
    ring = Ring.parsed(ring_file.read_text(encoding="ascii"))
    used = sealed_with(connection)
    if any(number in ring.keys and number != ring.sealing for number in used):
        progress.step(f"A rotation was not finished: going on with key {ring.sealing}.")
        return ring
    ring = ring.with_new_key()
    keys.write_ring(ring_file, ring.text)
    progress.step(f"Key {ring.sealing} seals from now on; {used.total():,} values are sealed with older ones.")
    return ring


def _pass(
    connection: psycopg.Connection, column: SealedColumn, ring: Ring, rotated: Rotated, progress: Progress
) -> bool:
    """Seal a column's older values anew, and return whether there were any that can be opened."""
    found, last = False, None
    while True:
        with connection.transaction():
            _enter(connection)
            rows = _older(connection, column, ring.sealing, last)
            if not rows:
                return found
            found |= _reseal(connection, column, ring, rows, rotated)
        last = rows[-1][0]
        progress.at(f"{rotated.values:,} values sealed anew")


def _older(connection: psycopg.Connection, column: SealedColumn, number: int, last: Any) -> list[tuple[Any, Any]]:
    after = sql.SQL("AND {key} > {last}").format(key=sql.Identifier(column.key), last=sql.Literal(last))
    statement = sql.SQL(
        "SELECT {key}, {column} FROM {table} WHERE {number} <> {new} {after} ORDER BY {key} LIMIT {batch}"
    ).format(**_names(column), new=sql.Literal(bytes([number])), after=after if last else sql.SQL(""), batch=BATCH)
    return connection.execute(statement).fetchall()


def _reseal(
    connection: psycopg.Connection, column: SealedColumn, ring: Ring, rows: list[tuple[Any, Any]], rotated: Rotated
) -> bool:
    changes = []
    for key, old in rows:
        try:
            value = ring.unseal(column.read(old), context=column.context)
        except (BrokenSeal, ValueError):
            rotated.stuck += 1
            continue
        changes.append((column.written(ring.seal(value, context=column.context)), key, old))
    if changes:
        # Whoever wrote meanwhile wrote something newer: it stays, and the next pass looks at it.
        statement = sql.SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s")
        with connection.cursor() as cursor:
            cursor.executemany(statement.format(**_names(column)), changes)
            rotated.values += cursor.rowcount
    return bool(changes)


def _enter(connection: psycopg.Connection) -> None:
    # The owner's own way past row security, for this transaction: all organizations, as in a migration.
    connection.execute("SELECT set_config('app.migrating', 'on', true)")


def _names(column: SealedColumn) -> dict[str, sql.Composable]:
    name = sql.Identifier(column.column)
    # The second byte of a seal is its key's number; four letters of base64 are three bytes.
    sealed = sql.SQL("decode(left({}, 4), 'base64')" if column.as_text else "{}").format(name)
    return {
        "table": sql.Identifier(column.table), "key": sql.Identifier(column.key), "column": name,
        "number": sql.SQL("substring({} FROM 2 FOR 1)").format(sealed),
    }  # fmt: skip
