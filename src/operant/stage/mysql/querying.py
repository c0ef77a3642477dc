"""One query: taken apart by the server before it runs, and cut at the limits while its rows arrive."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

from operant.platform.files.sandbox import BadQuery, Limits, TooBig
from operant.platform.files.sandbox.cell.names import distinct

from ..calls.limits import MOST_COLUMNS
from ..calls.pouring import MOST_ROW, Noted, Pour, too_large
from . import values
from .complaints import ONLY_SELECT
from .session import Session

# A server that lies may send names of megabytes.
_LONGEST_NAME = 300
# The one function of a SELECT that reaches for files, of those who may. A name cannot be spelled in another way.
_READS_FILES = re.compile(r"load_file", re.I)


def answer(session: Session, asked: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """
    Return a query's columns, rows, whether there were more, and how long it took: its `text` with its `values` bound.

    :raises SandboxRefusal: when the query is wrong, no SELECT, too slow or too big, or the database gives no answer.
    """
    started = time.perf_counter()
    columns, found = _found(session, asked, limits)
    rows, truncated = _rows(columns, found, limits)
    taken = round((time.perf_counter() - started) * 1000)
    described = [{"name": name, "type": shape.type} for name, shape in columns]
    return {"columns": described, "rows": rows, "truncated": truncated, "duration_ms": taken}


def pour(session: Session, asked: dict[str, Any], limits: Limits, into: Pour) -> None:
    """
    Put the whole answer of a query into a file.

    :raises SandboxRefusal: as `answer` does; and when there is more than the limits allow.
    """
    columns, found = _found(session, asked, limits)
    into.begin([Noted(name, shape.type, shape.is_instant) for name, shape in columns])
    for cells in found:
        if sum(len(cell) for cell in cells if cell) > MOST_ROW:
            raise too_large()
        into.put([shape.write(cell) for (_, shape), cell in zip(columns, cells, strict=True)])


def _check(session: Session, sql: str, binds: int) -> None:
    if _READS_FILES.search(sql):
        raise BadQuery("The function LOAD_FILE cannot be used here: a query reads tables and nothing else.")
    # Alone, the text must be one whole statement: no bracket of it can close the one below.
    columns = session.prepared(sql, binds=binds)
    if not columns:
        raise BadQuery(ONLY_SELECT)
    if columns > MOST_COLUMNS:
        raise BadQuery(f"The result has {columns:,} columns; at most {MOST_COLUMNS} can be shown.")
    # In brackets stands nothing but what gives rows: no SHOW, no SET … FOR, no INTO, no procedure.
    session.prepared(f"SELECT EXISTS (\n{sql}\n)", ONLY_SELECT, binds=binds)


def _found(
    session: Session, asked: dict[str, Any], limits: Limits
) -> tuple[list[tuple[str, values.Shape]], Iterator[list[bytes | None]]]:
    """Return the columns of a query that was looked at, and its rows as they arrive."""
    sql, given = asked["text"].rstrip("; \t\r\n\f\v"), [values.bound(*each) for each in asked["values"]]
    _check(session, sql, len(given))
    # Of a query that has no limit of its own, the server makes no more.
    session.rows(f"SET SESSION sql_select_limit = {int(limits.rows) + 1}")
    found = session.stream(session.bind(sql, given) if given else sql, sql)
    fields = next(found)
    shapes = [values.shape_of(each, is_utc=session.is_utc) for each in fields]
    names = distinct([each.name[:_LONGEST_NAME] for each in fields])
    return list(zip(names, shapes, strict=True)), found


def _rows(
    columns: list[tuple[str, values.Shape]], found: Iterator[list[bytes | None]], limits: Limits
) -> tuple[list[list[Any]], bool]:
    shapes = [shape for _, shape in columns]
    rows: list[list[Any]] = []
    size = 0
    for cells in found:
        row = [shape.write(cell) for shape, cell in zip(shapes, cells, strict=True)]
        size += len(json.dumps(row, ensure_ascii=False).encode(errors="replace"))
        if len(rows) == limits.rows:
            next(found, None)  # mostly the end: then nothing is left to be stopped there
            return rows, True
        if size > limits.bytes:
            return _if_any(rows, limits), True
        rows.append(row)
    return rows, False


def _if_any(rows: list[list[Any]], limits: Limits) -> list[list[Any]]:
    if not rows:
        raise TooBig(f"A single row is larger than {limits.bytes:,} bytes.")
    return rows
