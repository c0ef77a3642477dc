"""Sealed values as the owner of the tables sees them: which key each one names, and which cannot be opened."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from operant.platform.crypto import BrokenSeal, Ring
from operant.platform.crypto.columns import SealedColumn, sealed_columns

BATCH, MOST_NAMED = 100, 20
NONE = 0  # what names no key: no ring has this number


@dataclass(frozen=True)
class Damaged:
    """Where a value stands that cannot be opened. What it holds is told to nobody."""

    table: str
    row: str
    column: str
    number: int

    def __str__(self) -> str:
        return f"{self.column} of {self.table} {self.row} (names key {self.number})"


def counted(connection: psycopg.Connection) -> Counter[int]:
    """Return how many values are sealed with each key, by its number."""
    found: Counter[int] = Counter()
    with connection.transaction():
        enter(connection)
        for column in sealed_columns():
            rows = connection.execute(
                sql.SQL("SELECT {number}, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1").format(**names(column))
            )
            found.update({_number(number): count for number, count in rows.fetchall()})
    return found


def others(connection: psycopg.Connection, column: SealedColumn, numbers: set[int]) -> Iterator[list[tuple[Any, Any, int]]]:
    """Yield batches of keys, values and key numbers of the values of a column that name none of these keys."""
    last, known = None, [bytes([number]) for number in sorted(numbers)]
    while rows := _batch(connection, column, known, last):
        yield rows
        last = rows[-1][0]


def opened(ring: Ring, column: SealedColumn, value: Any) -> bytes | None:
    """Return what a value of a column holds, or None when the ring does not open it."""
    try:
        return ring.unseal(column.read(value), context=column.context)
    except (BrokenSeal, ValueError):
        return None


def keyless(connection: psycopg.Connection, ring: Ring) -> list[Damaged]:
    """Return the values that name a key which is not in the ring."""
    return [
        damaged(column, key, number)
        for column in sealed_columns()
        for rows in others(connection, column, set(ring.keys))
        for key, _, number in rows
    ]


def damaged(column: SealedColumn, key: Any, number: int) -> Damaged:
    """Return the name of a value that could not be opened."""
    return Damaged(column.table, str(key), column.column, number)


def told(all_damaged: list[Damaged]) -> list[str]:
    """Return the first of them as lines, and how many more there are."""
    more = len(all_damaged) - MOST_NAMED
    return [f"✗ {each}" for each in all_damaged[:MOST_NAMED]] + ([f"✗ and {more:,} more"] if more > 0 else [])


def enter(connection: psycopg.Connection) -> None:
    """Let the owner past row security, for this transaction: all organizations, as in a migration."""
    connection.execute("SELECT set_config('app.migrating', 'on', true)")


def names(column: SealedColumn) -> dict[str, sql.Composable]:
    """Return table, key, column and the number of a value's key as SQL."""
    name = sql.Identifier(column.column)
    # The second byte of a seal is its key's number; four letters of base64 are three bytes.
    in_text = "CASE WHEN left({0}, 4) ~ '^[A-Za-z0-9+/]{{4}}$' THEN decode(left({0}, 4), 'base64') ELSE '' END"
    sealed = sql.SQL(in_text if column.as_text else "{0}").format(name)
    return {
        "table": sql.Identifier(column.table), "key": sql.Identifier(column.key), "column": name,
        "number": sql.SQL("substring({} FROM 2 FOR 1)").format(sealed),
    }  # fmt: skip


def _batch(
    connection: psycopg.Connection, column: SealedColumn, known: list[bytes], last: Any
) -> list[tuple[Any, Any, int]]:
    after = sql.SQL("AND {key} > {last}").format(key=sql.Identifier(column.key), last=sql.Literal(last))
    statement = sql.SQL(
        "SELECT {key}, {column}, {number} FROM {table} WHERE {number} <> ALL({known}) {after} ORDER BY {key} LIMIT {batch}"
    ).format(**names(column), known=sql.Literal(known), after=sql.SQL("") if last is None else after, batch=BATCH)
    with connection.transaction():
        enter(connection)
        rows = connection.execute(statement).fetchall()
    return [(key, value, _number(number)) for key, value, number in rows]


def _number(found: bytes) -> int:
    return found[0] if found else NONE
