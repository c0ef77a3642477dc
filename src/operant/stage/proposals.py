"""A first dashboard from nothing but a source's columns: never empty, always worth changing."""

import re
from dataclasses import dataclass
from typing import Any

from . import columns
from .columns import Column
from .document import empty
from .models import Source
from .naming import LONGEST, RESERVED

REFRESH_SECONDS = 300
MOST_BARS = 8
LATEST_ROWS = 12
TABLE_COLUMNS = 5
COLUMNS, ROWS = 24, 14
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class _Part:
    kind: str
    title: str
    sql: str
    options: dict[str, Any]


@dataclass(frozen=True)
class _Figure:
    sql: str
    column: str
    title: str
    format: str


def propose(source: Source, *, title: str) -> dict[str, Any]:
    """Return a document that fills the wall: how many, how much, over time, by group, and the latest rows."""
    document = empty(title)
    table = _worth_showing(source.tables)
    if table is None:
        return document
    for position, (part, place) in enumerate(_placed(table["name"], table["columns"]), 1):
        name = part.title[:LONGEST]
        query = {"id": f"q{position}", "name": name, "source": source.public_id, "sql": part.sql,
                 "refresh_seconds": REFRESH_SECONDS}  # fmt: skip
        widget = {"id": f"w{position}", "kind": part.kind, "title": name, "query": query["id"], **place,
                  "options": part.options}  # fmt: skip
        document["queries"].append(query)
        document["widgets"].append(widget)
    return document


def _worth_showing(tables: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the table that gives the fullest wall; one that is not empty, and of equals the one with more rows."""

    def worth(table: dict[str, Any]) -> tuple[bool, int, int]:
        found = (columns.measure, columns.moment, columns.category)
        fullness = sum(each(table["columns"]) is not None for each in found)
        return table["rows"] != 0, fullness, table["rows"] or 0

    return max((each for each in tables if each["columns"]), key=worth, default=None)


def _placed(table: str, known: list[Column]) -> list[tuple[_Part, dict[str, int]]]:
    when, group = columns.moment(known), columns.category(known)
    count = _Figure("count(*)", "rows", "Rows", "integer")
    figures = [count, *([_figure(chosen)] if (chosen := columns.measure(known)) else [])]
    main = figures[-1]
    numbers = [_number(table, each) for each in figures]
    line, bar = _line(table, when, main) if when else None, _bar(table, group, main) if group else None
    rows = _rows(table, known, when)
    top = _row([*numbers, line] if line else numbers, [5] * len(numbers) + [0] if line else [0] * len(numbers), 0, 6)
    return top + _row([bar, rows] if bar else [rows], [12, 0] if bar else [0], 6, ROWS - 6)


def _row(parts: list[_Part], widths: list[int], y: int, height: int) -> list[tuple[_Part, dict[str, int]]]:
    """Put parts side by side; a width of 0 shares what is left."""
    left = COLUMNS - sum(widths)
    open_ends, placed, x = widths.count(0), [], 0
    for part, width in zip(parts, widths, strict=True):
        width = width or left // open_ends
        placed.append((part, {"x": x, "y": y, "w": width, "h": height}))
        x += width
    return placed


def _figure(column: Column) -> _Figure:
    averaged = columns.is_averaged(column)
    title = f"{'Average' if averaged else 'Total'} {columns.words(column).lower()}"
    sql = f"{'avg' if averaged else 'sum'}({_quoted(column['name'])})"
    whole = column["type"] == "integer" and not averaged
    return _Figure(sql, column["name"], title, "integer" if whole else "number")


def _number(table: str, figure: _Figure) -> _Part:
    sql = f"select {figure.sql} as {_quoted(figure.column)}\nfrom {table}"
    return _Part("number", figure.title, sql, {"value": figure.column, "format": figure.format})


def _line(table: str, when: Column, figure: _Figure) -> _Part:
    month = f"date_trunc('month', {_quoted(when['name'])})::date as month"
    sql = (
        f"select {month}, {figure.sql} as {_quoted(figure.column)}\nfrom {table}\n"
        f"where {_quoted(when['name'])} is not null\ngroup by 1\norder by 1"
    )
    options = {"x": "month", "y": [figure.column], "area": True, "format": figure.format}
    return _Part("line", f"{figure.title} by month", sql, options)


def _bar(table: str, group: Column, figure: _Figure) -> _Part:
    name = _quoted(group["name"])
    sql = (
        f"select {name}, {figure.sql} as {_quoted(figure.column)}\nfrom {table}\n"
        f"where {name} is not null\ngroup by 1\norder by 2 desc\nlimit {MOST_BARS}"
    )
    options = {"x": group["name"], "y": [figure.column], "horizontal": True, "format": figure.format}
    return _Part("bar", f"{figure.title} by {columns.words(group).lower()}", sql, options)


def _rows(table: str, known: list[Column], when: Column | None) -> _Part:
    shown = known[:TABLE_COLUMNS]
    order = f"\norder by {_quoted(when['name'])} desc" if when else ""
    names = ", ".join(_quoted(each["name"]) for each in shown)
    sql = f"select {names}\nfrom {table}{order}\nlimit {LATEST_ROWS}"
    drawn = [
        {"column": each["name"], "label": columns.words(each)[:LONGEST],
         "align": "right" if each["type"] in columns.FIGURES else "left"}
        for each in shown
    ]  # fmt: skip
    return _Part("table", "Latest rows" if when else "First rows", sql, {"columns": drawn, "rows": LATEST_ROWS})


def _quoted(name: str) -> str:
    return name if _PLAIN.fullmatch(name) and name not in RESERVED else '"' + name.replace('"', '""') + '"'
