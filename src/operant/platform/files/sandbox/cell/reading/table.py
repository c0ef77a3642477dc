"""A table about to be written: where its rows come from and how each of its columns is made."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import duckdb

from ..complaints import Complaint, bad_file, from_duckdb
from ..engine import Engine, named, quoted
from . import totals

OUT = "out.parquet"
_MEGABYTE = 1 << 20
_GROUPS_IN_MEMORY = 32
# One vector of DuckDB, and what DuckDB takes by itself.
_FEWEST_ROWS, _MOST_ROWS = 2048, 122_880
_USUAL_VALUE = 40


@dataclass(frozen=True)
class Planned:
    """
    One column: its name and label, its type on the wire, the SQL of its value, and of its text as it came where that is kept.

    One of money may have a currency.
    """

    name: str
    label: str
    type: str
    sql: str
    raw: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Plan:
    """
    A whole table; `explain` makes a sentence of what DuckDB says when the rows cannot be read.

    `first_line` finds the line of the file in which the first row stands, where each row is one line; otherwise 0. `guessed` tells
    what is to be known of types that were guessed: of all columns but those that were pinned. `sheets` are those to choose from.
    """

    source: str
    columns: list[Planned]
    warnings: list[str]
    explain: Callable[[duckdb.Error], Complaint]
    row_bytes: int = 0
    first_line: Callable[[], int] = int
    guessed: Callable[[Collection[str]], list[str]] = lambda pinned: []
    sheets: tuple[str, ...] = ()


def unreadable(error: duckdb.Error) -> Complaint:
    told = from_duckdb(error)
    return bad_file(f"The file cannot be read: {told.message}") if told.kind == "BadQuery" else told


def options(limits: dict, row_bytes: int) -> str:
    """How Parquet is written: in groups of rows small enough for a few of them to fit into the memory."""
    rows = limits["memory_mb"] * _MEGABYTE // _GROUPS_IN_MEMORY // max(1, row_bytes)
    return f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {min(max(rows, _FEWEST_ROWS), _MOST_ROWS)}"


def write(engine: Engine, plan: Plan, limits: dict) -> dict:
    """Write the Parquet file; returns what the server is told about it."""
    if not plan.columns:
        raise bad_file("The file holds no columns.")
    if len(plan.columns) > limits["columns"]:
        raise bad_file(f"The file has {len(plan.columns):,} columns; at most {limits['columns']} can be read.")
    chosen = ", ".join(f"{column.sql} AS {named(column.name)}" for column in plan.columns)
    row_bytes = plan.row_bytes or _USUAL_VALUE * len(plan.columns)
    # One row more than allowed is enough to know.
    some = f"SELECT {chosen} FROM ({plan.source}) LIMIT {limits['rows'] + 1}"
    try:
        rows = engine.rows(f"COPY ({some}) TO '{OUT}' ({options(limits, row_bytes)})")[0][0]
    except duckdb.Error as error:
        raise plan.explain(error) from None
    if rows > limits["rows"]:
        raise bad_file(f"The file has more than {limits['rows']:,} rows.")
    kinds = [(column.name, column.type) for column in plan.columns]
    seen = totals.told(engine, quoted(OUT), kinds, rows) if rows else ["The file has columns but no rows."]
    warnings = [*plan.warnings, *seen]
    columns = [
        {"name": column.name, "type": column.type, "label": column.label, "currency": column.currency} for column in plan.columns
    ]
    return {"columns": columns, "rows": rows, "warnings": warnings, "sheets": list(plan.sheets)}
