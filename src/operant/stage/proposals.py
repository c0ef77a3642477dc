"""A first dashboard from nothing but a source's columns: never empty, always worth changing."""

from dataclasses import dataclass
from typing import Any

from . import columns, dialects
from .columns import Column
from .dialects import Dialect
from .document import empty
from .models import Source
from .naming import LONGEST

REFRESH_SECONDS = 300
MOST_BARS = 8
LATEST_ROWS = 12
TABLE_COLUMNS = 5
COLUMNS, ROWS = 24, 14


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
    for position, (part, place) in enumerate(_placed(table["name"], table["columns"], dialects.of(source.kind)), 1):
        name = part.title[:LONGEST]
        query = {"id": f"q{position}", "name": name, "source": source.public_id, "sql": part.sql,
                 "refresh_seconds": REFRESH_SECONDS}  # fmt: skip
        widget = {"id": f"w{position}", "kind": part.kind, "title": name, "query": query["id"], **place,
                  "options": part.options}  # fmt: skip
        document["queries"].append(query)
        document["widgets"].append(widget)
    return document


def described(source: Source) -> str:
    """Return in words what a source has that a dashboard can start from."""
    table = _worth_showing(source.tables)
    if table is None:
        return "Nothing that can be shown yet."
    known = table["columns"]
    found = [("dates", columns.moment(known)), ("amounts", columns.measure(known)), ("groups", columns.category(known))]
    parts = [f"{noun} ({columns.words(column).lower()})" for noun, column in found if column]
    said = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts) or "rows"
    whose = f"The table {table['name']} of {len(source.tables)} has" if len(source.tables) > 1 else "It has"
    return f"{whose} {said}."


def _worth_showing(tables: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the table that gives the fullest wall; one that is not empty, and of equals the one with more rows."""

    def worth(table: dict[str, Any]) -> tuple[bool, int, int]:
        found = (columns.measure, columns.moment, columns.category)
        fullness = sum(each(table["columns"]) is not None for each in found)
        return table["rows"] != 0, fullness, table["rows"] or 0

    return max((each for each in tables if each["columns"]), key=worth, default=None)


def _placed(table: str, known: list[Column], dialect: Dialect) -> list[tuple[_Part, dict[str, int]]]:
    when, group = columns.moment(known), columns.category(known)
    count = _Figure("count(*)", "rows", "Rows", "integer")
    figures = [count, *([_figure(chosen, dialect)] if (chosen := columns.measure(known)) else [])]
    main = figures[-1]
    numbers = [_number(table, each, dialect) for each in figures]
    line, bar = _line(table, when, main, dialect) if when else None, _bar(table, group, main, dialect) if group else None
    rows = _rows(table, known, when, dialect)
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


def _figure(column: Column, dialect: Dialect) -> _Figure:
    averaged = columns.is_averaged(column)
    title = f"{'Average' if averaged else 'Total'} {columns.words(column).lower()}"
    sql = f"{'avg' if averaged else 'sum'}({dialect.name(column['name'])})"
    whole = column["type"] == "integer" and not averaged
    return _Figure(sql, column["name"], title, "integer" if whole else "number")


def _number(table: str, figure: _Figure, dialect: Dialect) -> _Part:
    sql = f"select {figure.sql} as {dialect.name(figure.column)}\nfrom {table}"
    return _Part("number", figure.title, sql, {"value": figure.column, "format": figure.format})


def _line(table: str, when: Column, figure: _Figure, dialect: Dialect) -> _Part:
    month = f"{dialect.month.format(dialect.name(when['name']))} as month"
    sql = (
        f"select {month}, {figure.sql} as {dialect.name(figure.column)}\nfrom {table}\n"
        f"where {dialect.name(when['name'])} is not null\ngroup by 1\norder by 1"
    )
    options = {"x": "month", "y": [figure.column], "area": True, "format": figure.format}
    return _Part("line", f"{figure.title} by month", sql, options)


def _bar(table: str, group: Column, figure: _Figure, dialect: Dialect) -> _Part:
    name = dialect.name(group["name"])
    sql = (
        f"select {name}, {figure.sql} as {dialect.name(figure.column)}\nfrom {table}\n"
        f"where {name} is not null\ngroup by 1\norder by 2 desc\nlimit {MOST_BARS}"
    )
    options = {"x": group["name"], "y": [figure.column], "horizontal": True, "format": figure.format}
    return _Part("bar", f"{figure.title} by {columns.words(group).lower()}", sql, options)


def _rows(table: str, known: list[Column], when: Column | None, dialect: Dialect) -> _Part:
    shown = known[:TABLE_COLUMNS]
    order = f"\norder by {dialect.name(when['name'])} desc" if when else ""
    names = ", ".join(dialect.name(each["name"]) for each in shown)
    sql = f"select {names}\nfrom {table}{order}\nlimit {LATEST_ROWS}"
    drawn = [
        {"column": each["name"], "label": columns.words(each)[:LONGEST],
         "align": "right" if each["type"] in columns.FIGURES else "left"}
        for each in shown
    ]  # fmt: skip
    return _Part("table", "Latest rows" if when else "First rows", sql, {"columns": drawn, "rows": LATEST_ROWS})

