"""A first dashboard from nothing but a source's columns: never empty, always worth changing."""

from typing import Any

from . import columns, dialects
from .document import empty
from .models import Source
from .starts import parts, templates
from .starts.templates import Table

REFRESH_SECONDS = templates.REFRESH_SECONDS
MOST_NAMED = 5


def propose(source: Source, *, title: str) -> dict[str, Any]:
    """Return a document that fills the wall: how many, how much, over time, by group, and the latest rows."""
    document = empty(title)
    table = worth_showing(source.tables)
    if table is None:
        return document
    known = table["columns"]
    found = {"moment": columns.moment(known), "measure": columns.measure(known), "category": columns.category(known)}
    of = Table(table["name"], known, dialects.of(source.kind))
    placed = templates.overview(of, {name: each for name, each in found.items() if each})
    return parts.document(document, source.public_id, placed, REFRESH_SECONDS)


def described(source: Source) -> str:
    """Return in words what a source holds. What that is good for is only said where its rows were looked at."""
    table = worth_showing(source.tables)
    if table is None:
        return "Nothing that can be shown yet."
    names = [columns.words(each) for each in table["columns"]]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    shown = f"{', '.join(names[:MOST_NAMED])}{more}"
    if len(source.tables) > 1:
        return f"{len(source.tables):,} tables. {table['name']} has {shown}."
    return f"{table['rows']:,} row{'' if table['rows'] == 1 else 's'}: {shown}." if table["rows"] else f"{shown}."


def worth_showing(tables: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the table that gives the fullest wall; one that is not empty, and of equals the one with more rows."""

    def worth(table: dict[str, Any]) -> tuple[bool, int, int]:
        found = (columns.measure, columns.moment, columns.category)
        fullness = sum(each(table["columns"]) is not None for each in found)
        return table["rows"] != 0, fullness, table["rows"] or 0

    return max((each for each in tables if each["columns"]), key=worth, default=None)
