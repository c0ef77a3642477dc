"""The two jobs over a file of SQLite: what can be read there, and one SELECT."""

import json
import os
import re
import sqlite3
import time
from itertools import islice
from typing import Any

from ..complaints import Complaint, bad_file, bad_query
from ..names import distinct
from . import shaping
from .complaints import ONLY_SELECT, understood
from .opening import File, quoted

_MOST_TABLES, _MOST_COLUMNS, _SAMPLE = 500, 500, 200
_TABLES = rf"""SELECT name, type FROM sqlite_schema
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name LIMIT {_MOST_TABLES + 1}"""
_TOO_LONG = {"interrupted": "it takes too long"}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Where a file says that it is written through a log, and the number that says so.
_WRITE_VERSION, _LOGGED = 18, b"\x02"
_HALF_OF_IT = (
    "The database was copied while it keeps a log beside it (WAL mode). What stood only in its -wal file is missing here: "
    "run PRAGMA wal_checkpoint(TRUNCATE) before you copy it."
)


def tables(request: dict, files: list[int]) -> dict[str, Any]:
    """Return the tables and views that can be read, each with its rows if they were counted, and columns."""
    seconds = request["limits"]["seconds"]
    end = time.monotonic() + seconds
    with understood():
        file = File(files[0], request["limits"])
        listed = file.ask(_TABLES).fetchall()
    found, warnings = [], []
    for name, kind in listed[:_MOST_TABLES]:
        # A view may never end, and the rest be well.
        file.until(min(end, time.monotonic() + seconds / 10))
        try:
            columns = _columns(file, name)
        except sqlite3.Error as error:
            warnings.append(f"“{name[:100]}” cannot be read: {_TOO_LONG.get(str(error), str(error))[:200]}.")
            continue
        # What is large is counted only while there is time for the others.
        file.until(min(end - seconds / 2, time.monotonic() + seconds / 10))
        found.append({"name": _spelled(file, name), "rows": _count(file, name) if kind == "table" else None, "columns": columns})
    if not found:
        raise bad_file("There is no table in this database that can be read.")
    if len(listed) > _MOST_TABLES:
        warnings.append(f"Only the first {_MOST_TABLES} tables are listed; queries may name the others too.")
    return {"tables": found, "warnings": _of_a_log(files[0]) + warnings[-20:]}


def _columns(file: File, table: str) -> list[dict[str, str]]:
    cursor = file.ask(f"SELECT * FROM {quoted(table)} LIMIT {_SAMPLE}")
    names, rows = [each[0] for each in cursor.description], list(cursor)
    declared = file.declared(table)
    return [
        {"name": name, "type": shaping.type_of([row[at] for row in rows], declared.get(name, ""))}
        for at, name in islice(enumerate(names), _MOST_COLUMNS)
    ]


def _count(file: File, table: str) -> int | None:
    try:
        return file.ask(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0]
    except sqlite3.Error:
        return None


def _spelled(file: File, name: str) -> str:
    if _PLAIN.fullmatch(name):
        try:
            file.ask(f"EXPLAIN SELECT 1 FROM {name}")
            return name
        except sqlite3.Error:
            pass  # a word of SQL's own
    return quoted(name)


def _of_a_log(descriptor: int) -> list[str]:
    return [_HALF_OF_IT] if os.pread(descriptor, 1, _WRITE_VERSION) == _LOGGED else []


def ask(request: dict, files: list[int]) -> str:
    """Return the result of one SELECT as JSON text: columns, rows, truncated, duration_ms."""
    sql, limits = request["sql"], request["limits"]
    started = time.perf_counter()
    with understood(sql):
        cursor = File(files[0], limits).ask(sql, [shaping.bound(*each) for each in request["values"]])
        if cursor.description is None:
            raise bad_query(ONLY_SELECT)
        names = [each[0] for each in cursor.description]
        if len(names) > _MOST_COLUMNS:
            raise bad_query(f"The result has {len(names):,} columns; at most {_MOST_COLUMNS} can be shown.")
        rows, truncated = _rows(cursor, limits)
    types = [shaping.type_of([row[at] for row in rows]) for at in range(len(names))]
    columns = [{"name": name, "type": kind} for name, kind in zip(distinct(names), types, strict=True)]
    written = [[shaping.written(value, kind) for value, kind in zip(row, types, strict=True)] for row in rows]
    taken = round((time.perf_counter() - started) * 1000)
    return json.dumps({"columns": columns, "rows": written, "truncated": truncated, "duration_ms": taken})


def _rows(cursor: sqlite3.Cursor, limits: dict) -> tuple[list[tuple], bool]:
    rows: list[tuple] = []
    size = 0
    for row in cursor:
        # As it will be written: of bytes only the first are shown.
        size += sum(len(str(each[:32] if isinstance(each, bytes) else each).encode()) + 4 for each in row)
        if len(rows) == limits["rows"]:
            return rows, True
        if size > limits["bytes"]:
            if not rows:
                raise Complaint("TooBig", f"A single row is larger than {limits['bytes']:,} bytes.")
            return rows, True
        rows.append(row)
    return rows, False
