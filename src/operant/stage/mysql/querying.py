"""One query: taken apart by the server before it runs, and cut at the limits while its rows arrive."""

import json
import re
import time
from typing import Any

from operant.platform.files.sandbox import BadQuery, Limits, TooBig
from operant.platform.files.sandbox.cell.names import distinct

from ..calls.limits import MOST_COLUMNS
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
    body, given = asked["text"].rstrip("; \t\r\n\f\v"), [values.bound(*each) for each in asked["values"]]
    _check(session, body, len(given))
    # Of a query that has no limit of its own, the server makes no more.
    session.rows(f"SET SESSION sql_select_limit = {int(limits.rows) + 1}")
    columns, rows, truncated = _rows(session, body, given, limits)
    taken = round((time.perf_counter() - started) * 1000)
    return {"columns": columns, "rows": rows, "truncated": truncated, "duration_ms": taken}


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


def _rows(
    session: Session, sql: str, given: list[str], limits: Limits
) -> tuple[list[dict[str, str]], list[list[Any]], bool]:
    found = session.stream(session.bind(sql, given) if given else sql, sql)
    fields = next(found)
    shapes = [values.shape_of(each, is_utc=session.is_utc) for each in fields]
    names = distinct([each.name[:_LONGEST_NAME] for each in fields])
    columns = [{"name": name, "type": shape.type} for name, shape in zip(names, shapes, strict=True)]
    rows: list[list[Any]] = []
    size = 0
    for cells in found:
        row = [shape.write(cell) for shape, cell in zip(shapes, cells, strict=True)]
        size += len(json.dumps(row, ensure_ascii=False).encode(errors="replace"))
        if len(rows) == limits.rows:
            next(found, None)  # mostly the end: then nothing is left to be stopped there
            return columns, rows, True
        if size > limits.bytes:
            return columns, _if_any(rows, limits), True
        rows.append(row)
    return columns, rows, False


def _if_any(rows: list[list[Any]], limits: Limits) -> list[list[Any]]:
    if not rows:
        raise TooBig(f"A single row is larger than {limits.bytes:,} bytes.")
    return rows
