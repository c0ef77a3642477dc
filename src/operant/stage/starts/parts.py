"""The queries and widgets that first dashboards are made of. A part is one query with the widget that shows it."""

from dataclasses import dataclass
from typing import Any

from .. import columns
from ..columns import Column
from ..dialects import Dialect
from ..naming import LONGEST

MOST_BARS = 8
LATEST_ROWS = 12
TABLE_COLUMNS = 5
COLUMNS, ROWS = 24, 14
Place = dict[str, int]


@dataclass(frozen=True)
class Part:
    """A query, and the kind and options of the widget that shows it."""

    kind: str
    title: str
    sql: str
    options: dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """What is reckoned over rows, the column that it is called, and how it is written."""

    sql: str
    column: str
    title: str
    written: dict[str, str]

    @property
    def is_average(self) -> bool:
        return self.sql.startswith("avg(")


@dataclass(frozen=True)
class Period:
    """What of a moment rows are grouped by: its day, month or year, or what a year's column holds."""

    column: Column
    unit: str

    def sql(self, dialect: Dialect) -> str:
        name = dialect.name(self.column["name"])
        return name if self.column["type"] == "integer" else getattr(dialect, self.unit).format(name)


WHOLE, PLAIN, SHARE = ({"format": each} for each in ("integer", "number", "percent"))
COUNT = Figure("count(*)", "rows", "Rows", WHOLE)


def document(made: dict[str, Any], source: str, placed: list[tuple[Part, Place]], refresh_seconds: int) -> dict[str, Any]:
    """Return an empty document with parts in their places, asked of one source. Parts with one text share their query."""
    asked: dict[str, str] = {}
    for position, (part, place) in enumerate(placed, 1):
        name = part.title[:LONGEST]
        if part.sql not in asked:
            asked[part.sql] = f"q{len(asked) + 1}"
            made["queries"].append({
                "id": asked[part.sql], "name": name, "source": source, "sql": part.sql, "refresh_seconds": refresh_seconds,
            })  # fmt: skip
        made["widgets"].append({
            "id": f"w{position}", "kind": part.kind, "title": name, "query": asked[part.sql], **place, "options": part.options,
        })  # fmt: skip
    return made


def row(parts: list[Part], widths: list[int], y: int, height: int) -> list[tuple[Part, Place]]:
    """Put parts side by side; a width of 0 shares what is left."""
    left = COLUMNS - sum(widths)
    open_ends, placed, x = widths.count(0), [], 0
    for part, width in zip(parts, widths, strict=True):
        width = width or left // open_ends
        placed.append((part, {"x": x, "y": y, "w": width, "h": height}))
        x += width
    return placed


def figure(column: Column, dialect: Dialect, how: str = "") -> Figure:
    """Return a column's total or average, as it says `how` or its name does; or what `how` says: avg or max."""
    how = how or column.get("how") or ("avg" if columns.is_averaged(column) else "sum")
    word = {"sum": "Total", "avg": "Average", "max": "Largest"}[how]
    whole = column["type"] == "integer" and how != "avg"
    sql = f"{how}({dialect.name(column['name'])})"
    return Figure(sql, column["name"], _title(word, columns.words(column)), columns.money(column) or (WHOLE if whole else PLAIN))


def _title(word: str, name: str) -> str:
    """Return “Total revenue” for “Revenue”, and “Total cost” for “Total cost”: what says it is not told again."""
    return name if word.lower() in name.lower().split() else f"{word} {name.lower()}"


def number(table: str, figure: Figure, dialect: Dialect) -> Part:
    sql = f"select {figure.sql} as {dialect.name(figure.column)}\nfrom {table}"
    return Part("number", figure.title, sql, {"value": figure.column, **figure.written})


def line(table: str, period: Period, figure: Figure, dialect: Dialect) -> Part:
    unit, name, reckoned = period.unit, dialect.name(period.column["name"]), dialect.name(figure.column)
    # A period of which nothing was measured is not the latest one that says something.
    measured = f" and {reckoned} is not null" if figure.is_average else ""
    sql = (
        f"select {period.sql(dialect)} as {unit}, {figure.sql} as {reckoned}\nfrom {table}\n"
        f"where {name} is not null{measured}\ngroup by 1\norder by 1"
    )
    # No row of a month is a count of 0, and no amount at all.
    missing = "zero" if figure is COUNT else "gap"
    # An area stands on zero, far below a level that moves little.
    area = not figure.is_average
    options = {"x": unit, "y": [figure.column], "area": area, "missing": missing, "every": unit, **figure.written}
    return Part("line", f"{figure.title} by {unit}", sql, options)


def latest(table: str, period: Period, figure: Figure, dialect: Dialect) -> Part:
    """Return what an average came to in the last period: that of all time says nothing about a level that moves."""
    course = line(table, period, figure, dialect)
    options = {"value": figure.column, "along": period.unit, **figure.written}
    return Part("number", f"{figure.title}, latest {period.unit}", course.sql, options)


def bar(table: str, group: Column, figure: Figure, dialect: Dialect, most: int = MOST_BARS) -> Part:
    name = dialect.name(group["name"])
    sql = (
        f"select {name}, {figure.sql} as {dialect.name(figure.column)}\nfrom {table}\n"
        f"group by 1\norder by 2 desc\nlimit {most}"
    )
    options = {"x": group["name"], "y": [figure.column], "horizontal": True, **figure.written}
    return Part("bar", f"{figure.title} by {columns.words(group).lower()}", sql, options)


def rows(table: str, shown: list[Column], when: Column | None, dialect: Dialect, most: int = LATEST_ROWS) -> Part:
    order = f"\norder by {dialect.name(when['name'])} desc" if when else ""
    names = ", ".join(dialect.name(each["name"]) for each in shown)
    sql = f"select {names}\nfrom {table}{order}\nlimit {most}"
    return Part("table", "Latest rows" if when else "First rows", sql, {"columns": [drawn(each) for each in shown], "rows": most})


def drawn(column: Column) -> dict[str, Any]:
    """Return a column as tables show it at first."""
    side = "right" if column["type"] in columns.FIGURES else "left"
    return {"column": column["name"], "label": columns.words(column)[:LONGEST], "align": side, **columns.money(column)}
