"""One query whose whole answer is put into a file."""

import os
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from operant.platform.files.sandbox import Limits, Stored

from . import calling, places
from .database import Database

LIMITS = Limits(rows=1_000_000, bytes=500_000_000, seconds=300)
PATIENCE = 60
"""Seconds that it waits for a place among the other questions of the source, and again among those of the process."""
_AS_TEXT = "Some numbers of “{}” have more digits than a number of a table can have, so the column is kept as text."


@dataclass(frozen=True)
class Poured:
    """What came to stand in the file: columns, each with the type that holds its values exactly, rows, and what to warn of."""

    columns: list[Stored]
    rows: int
    warnings: list[str]


def extract(database: Database, sql: str, to: Path, limits: Limits = LIMITS) -> Poured:
    """
    Put the whole answer of a query into a file: one JSON object a line, its keys `c0`, `c1` and so on.

    :raises BadQuery: when the query is wrong or no SELECT.
    :raises TooSlow: when it took longer than its limit, or no place came free.
    :raises TooBig: when it gives more than the limits allow.
    :raises Unreachable: when the database cannot be asked.
    """
    # Its time comes seldom: that it could not be reached a moment ago is no reason to leave it out.
    places.forget(database.key)
    task = {"task": "extract", "sql": {"text": sql, "values": []}}
    with places.place(database.key, seconds=PATIENCE):
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            found = calling.call(database, task, limits, file=descriptor, patience=PATIENCE)
        finally:
            os.close(descriptor)
    told = found["columns"]
    names = _apart([each["name"] or "column" for each in told])
    columns = [
        Stored(name, each["type"], each["name"], each["exact"]) for name, each in zip(names, told, strict=True)
    ]
    return Poured(columns, found["rows"], [_AS_TEXT.format(each.label) for each in columns if each.exact == "VARCHAR"])


def _apart(names: list[str]) -> list[str]:
    """Return names of columns that are told apart also where capitals do not count, as in DuckDB."""
    found: list[str] = []
    for name in names:
        taken = {each.lower() for each in found}
        numbers = (name if number == 1 else f"{name}_{number}" for number in count(1))
        found.append(next(each for each in numbers if each.lower() not in taken))
    return found
