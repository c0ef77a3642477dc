"""One figure out of many cells."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .table import NUMERIC, BadStep, Column, Table, key_of, number, written

_ANY = {"count": "integer", "distinct": "integer"}
WORDS = {
    "sum": "sum", "average": "average", "lowest": "lowest", "highest": "highest", "count": "count",
    "distinct": "different", "first": "first", "last": "last",
}  # fmt: skip


def column(table: Table, name: str, how: str, called: str = "") -> Column:
    """
    Return the column that a figure makes.

    :raises BadStep: when there is no such figure of it.
    """
    if how == "count" and not name:
        return {"name": called or "rows", "type": "integer"}
    type = table.type(name)
    if how in {"sum", "average"} and type not in NUMERIC:
        raise BadStep(f"The column “{name}” holds no numbers, so it has no {WORDS[how]}.")
    if how in {"lowest", "highest"} and type in {"json", "boolean"}:
        raise BadStep(f"The values of “{name}” have no order.")
    return {"name": called or f"{name} {WORDS[how]}", "type": _ANY.get(how) or ("float" if how == "average" else type)}


def reduced(table: Table, name: str, how: str) -> Callable[[list[int]], Any]:
    """Return what makes the figure of rows, which are named by their positions."""
    if how == "count" and not name:
        return len
    position, type = table.position(name), table.type(name)
    cells = [row[position] for row in table.rows]
    if how in {"sum", "average"} or (how in {"lowest", "highest"} and type in NUMERIC):
        numbers = [number(cell) for cell in cells]
        return lambda rows: _of_numbers([found for at in rows if (found := numbers[at]) is not None], how, type)
    return lambda rows: _of_cells([cells[at] for at in rows], how, type)


def _of_numbers(numbers: list[Decimal], how: str, type: str) -> Any:
    if not numbers:
        return None
    if how == "average":
        return written(sum(numbers, Decimal(0)) / len(numbers), "float")
    found = sum(numbers, Decimal(0)) if how == "sum" else min(numbers) if how == "lowest" else max(numbers)
    return written(found, type)


def _of_cells(cells: list[Any], how: str, type: str) -> Any:
    if how in {"first", "last"}:
        return (cells[0] if how == "first" else cells[-1]) if cells else None
    known = [each for each in cells if each is not None]
    if how == "count":
        return len(known)
    if how == "distinct":
        return len({key_of(each, type) for each in known})
    # Dates and times are written so that their order is that of their letters.
    return (min(known) if how == "lowest" else max(known)) if known else None
