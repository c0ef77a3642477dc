"""Steps one after the other."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from decimal import localcontext
from typing import Any

from . import comparing, figures
from .table import BadStep, Column, Table, made

MOST_PIVOTED = 50
# Sums of what databases call a decimal stay exact.
_DIGITS = 120
Described = Sequence[dict[str, Any]]


def taken(table: Table, steps: Described) -> Table:
    """
    Return what steps make of a table, never with more rows than it has.

    :raises BadStep: when one does not fit what it gets.
    """
    return [table, *_along(table, steps)][-1]


def columns_along(table: Table, steps: Described) -> list[list[Column]]:
    """Return the columns that each step gets, as far as the steps fit, and those of the end."""
    found = [table.columns]
    with suppress(BadStep):
        for each in _along(table, steps):
            found.append(each.columns)
    return found


def _along(table: Table, steps: Described) -> Iterator[Table]:
    with localcontext() as context:
        context.prec = _DIGITS
        for position, step in enumerate(steps, start=1):
            try:
                table = _step(table, step)
            except BadStep as error:
                raise error.at(position) from None
            yield table


def _step(table: Table, step: dict[str, Any]) -> Table:
    if table.truncated and step["kind"] not in {"pick", "rename"}:
        raise BadStep(
            f"The query has more rows than the {len(table.rows):,} that came, and figures of a part would be wrong. Group or "
            "filter in SQL."
        )
    return _KINDS[step["kind"]](table, step)


def _pick(table: Table, step: dict[str, Any]) -> Table:
    places = list(dict.fromkeys(table.position(name) for name in step["columns"]))
    rows = [[row[place] for place in places] for row in table.rows]
    return Table([table.columns[place] for place in places], rows, table.truncated)


def _rename(table: Table, step: dict[str, Any]) -> Table:
    names = {table.position(each["column"]): each["name"] for each in step["names"]}
    columns = [{**each, "name": names.get(at, each["name"])} for at, each in enumerate(table.columns)]
    called = [each["name"] for each in columns]
    if double := next((name for at, name in enumerate(called) if name in called[:at]), None):
        raise BadStep(f"Two columns would be called “{double}”.")
    return Table(columns, table.rows, table.truncated)


def _aggregate(table: Table, step: dict[str, Any]) -> Table:
    asked = [(each["column"], each["how"], each.get("name", "")) for each in step["figures"]]
    columns = [figures.column(table, *each) for each in asked]
    makers = [figures.reduced(table, name, how) for name, how, _ in asked]
    head = [table.position(name) for name in step["by"]]
    rows = [
        [*(table.rows[group[0]][place] for place in head), *(make(group) for make in makers)]
        for group in _groups(table, step["by"])
    ]
    return made([*(table.columns[place] for place in head), *columns], rows)


def _pivot(table: Table, step: dict[str, Any]) -> Table:
    across, head = table.position(step["column"]), [table.position(name) for name in step["by"]]
    shape = figures.column(table, step["value"], step["how"])
    make = figures.reduced(table, step["value"], step["how"])
    keys = [key for (key,) in table.keys([step["column"]])]
    shown = {key: _called(row[across]) for key, row in zip(keys, table.rows, strict=True)}
    if len(shown) > MOST_PIVOTED:
        raise BadStep(f"“{step['column']}” has {len(shown):,} values; a pivot makes at most {MOST_PIVOTED} columns.")
    rows = []
    for group in _groups(table, step["by"]):
        cells = defaultdict(list)
        for at in group:
            cells[keys[at]].append(at)
        found = [make(cells[key]) if key in cells else None for key in shown]
        rows.append([*(table.rows[group[0]][place] for place in head), *found])
    columns = [*(table.columns[place] for place in head), *({"name": name, "type": shape["type"]} for name in shown.values())]
    return made(columns, rows)


def _top(table: Table, step: dict[str, Any]) -> Table:
    numbers = table.numbers(step["column"])
    known = [at for at, value in enumerate(numbers) if value is not None]
    known.sort(key=lambda at: numbers[at] or 0, reverse=step["order"] == "highest")
    return Table(table.columns, [table.rows[at] for at in known[: step["count"]]])


def _groups(table: Table, by: list[str]) -> list[list[int]]:
    """Return the positions of rows that are alike, in the order in which the first of each came."""
    found: dict[tuple, list[int]] = defaultdict(list)
    for at, key in enumerate(table.keys(by)):
        found[key].append(at)
    return list(found.values())


def _called(cell: Any) -> str:
    # Widgets name these columns: what stood in documents before stays.
    text = "empty" if cell is None else "yes" if cell is True else "no" if cell is False else str(cell)
    return text[:120] or "empty"


_KINDS: dict[str, Callable[[Table, dict[str, Any]], Table]] = {
    "pick": _pick, "rename": _rename, "aggregate": _aggregate, "pivot": _pivot, "top": _top, "compare": comparing.compare,
}  # fmt: skip
