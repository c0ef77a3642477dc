"""One query: described as it stands, then asked inside a SELECT of ours that bounds its rows and their size."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from operant.platform.files.sandbox import BadQuery, Limits, TooBig
from operant.platform.files.sandbox.cell.names import distinct

from ..calls.limits import MOST_COLUMNS
from ..calls.pouring import MOST_ROW, Noted, Pour, too_large
from . import values
from .session import Session

_CATEGORIES = "SELECT oid::text, typcategory::text FROM pg_catalog.pg_type WHERE oid = ANY ($1::oid[])"


def answer(session: Session, asked: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """
    Return a query's columns, rows, whether there were more, and how long it took: its `text` with its `values` bound.

    :raises SandboxRefusal: when the query is wrong, no SELECT, too slow or too big, or the database gives no answer.
    """
    started = time.perf_counter()
    sql, given = asked["text"], values.Given.of(asked["values"])
    columns = _columns(session, sql, given)
    rows, truncated = _rows(session, sql, columns, given, limits)
    taken = round((time.perf_counter() - started) * 1000)
    described = [{"name": name, "type": shape.type} for name, shape in columns]
    return {"columns": described, "rows": rows, "truncated": truncated, "duration_ms": taken}


def pour(session: Session, asked: dict[str, Any], limits: Limits, into: Pour) -> None:
    """
    Put the whole answer of a query into a file.

    :raises SandboxRefusal: as `answer` does; and when there is more than the limits allow.
    """
    sql, given = asked["text"], values.Given.of(asked["values"])
    columns = _columns(session, sql, given)
    into.begin([Noted(name, shape.type, shape.is_instant) for name, shape in columns])
    shapes = [shape for _, shape in columns]
    for text in _texts(session, sql, shapes, given, replace(limits, bytes=min(limits.bytes, MOST_ROW))):
        if text is None:
            raise too_large()
        into.put(_row(text, shapes))


def _columns(session: Session, sql: str, given: values.Given) -> list[tuple[str, values.Shape]]:
    # Alone, the text must be one whole statement: no bracket of it can close one of ours below.
    found = session.described(sql, given)
    if not found:
        raise BadQuery("This gives no rows to show. Only a SELECT can be asked.")
    if len(found) > MOST_COLUMNS:
        raise BadQuery(f"The result has {len(found):,} columns; at most {MOST_COLUMNS} can be shown.")
    categories = _categories(session, {oid for _, oid in found if not values.is_known(oid)})
    names = distinct([name for name, _ in found])
    return [
        (name, values.shape_of(oid, categories.get(oid, "")))
        for name, (_, oid) in zip(names, found, strict=True)
    ]


def _categories(session: Session, oids: set[int]) -> dict[int, str]:
    if not oids:
        return {}
    listed = "{" + ",".join(map(str, sorted(oids))) + "}"
    return {int(oid or 0): category or "" for oid, category in session.rows(_CATEGORIES, [listed])}


def _rows(
    session: Session, sql: str, columns: list, given: values.Given, limits: Limits
) -> tuple[list[list[Any]], bool]:
    shapes = [shape for _, shape in columns]
    rows: list[list[Any]] = []
    size = 0
    for text in _texts(session, sql, shapes, given, limits):
        size += len((text or "").encode()) + 1
        if text is None or len(rows) == limits.rows or size > limits.bytes:
            return _if_any(rows, limits), True
        rows.append(_row(text, shapes))
    return rows, False


def _texts(
    session: Session, sql: str, shapes: list[values.Shape], given: values.Given, limits: Limits
) -> Iterator[str | None]:
    head, tail = _around(shapes, limits)
    body = sql.rstrip("; \t\r\n\f\v")
    return session.stream(f"{head}{body}{tail}", body, len(head), given)


def _row(text: str, shapes: list[values.Shape]) -> list[Any]:
    return [shape.write(each) for shape, each in zip(shapes, _cells(text), strict=True)]


def _cells(text: str) -> list[str | None]:
    cells = json.loads(values.whole(text))
    if not isinstance(cells, list) or not all(each is None or isinstance(each, str) for each in cells):
        raise ValueError("A row is a list of texts.")
    return cells


def _around(shapes: list[values.Shape], limits: Limits) -> tuple[str, str]:
    """Return what stands before and after a query: each row comes as one text, or as nothing when it is too large."""
    places = [f"c{position}" for position in range(len(shapes))]
    texts = ", ".join(shape.sql.format(f"r.{place}") for place, shape in zip(places, shapes, strict=True))
    names = ", ".join(places)
    size = " + ".join(f"coalesce(octet_length({place}), 0)::bigint" for place in places)
    # The LIMIT keeps PostgreSQL from drawing the SELECTs together: each text is made once, and measured before it is
    # written into a line.
    head = (
        f"SELECT CASE WHEN {size} <= {int(limits.bytes)} THEN array_to_json(ARRAY[{names}]::text[])::text END "
        f"FROM (SELECT {texts} FROM (\n"
    )
    return head, f"\n) AS r({names}) LIMIT {int(limits.rows) + 1}) AS t({names})"


def _if_any(rows: list[list[Any]], limits: Limits) -> list[list[Any]]:
    if not rows and limits.rows:
        raise TooBig(f"A single row is larger than {limits.bytes:,} bytes.")
    return rows
