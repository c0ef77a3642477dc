"""Each figure beside that of the period before."""

from calendar import monthrange
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from .table import BadStep, Table, made, written

_DAYS, _MONTHS = {"day": 1, "week": 7}, {"month": 1, "quarter": 3, "year": 12}
_TYPES = {"date", "datetime"}


def compare(table: Table, step: dict[str, Any]) -> Table:
    """
    Return a table with two more columns: the figure of the period before, and the share by which it changed since.

    :raises BadStep: when a period has two rows, or the columns are no date and no figure.
    """
    numbers, type = table.numbers(step["column"]), table.type(step["column"])
    if table.type(step["date"]) not in _TYPES:
        raise BadStep(f"The column “{step['date']}” holds no dates.")
    place = table.position(step["date"])
    moments = [_moment(row[place]) for row in table.rows]
    before = _before(moments, table.keys(step["by"]), step["period"])
    rows = []
    for at, row in enumerate(table.rows):
        earlier = None if before[at] is None else numbers[before[at]]
        rows.append([*row, written(earlier, type), _change(numbers[at], earlier)])
    name = step["column"]
    more = [{"name": f"{name} before", "type": type}, {"name": f"{name} change", "type": "float"}]
    return made([*table.columns, *more], rows)


def _before(moments: list[datetime | None], keys: list[tuple], period: str) -> list[int | None]:
    """Return for each row which one is a period before it."""
    known = {}
    for at, (moment, key) in enumerate(zip(moments, keys, strict=True)):
        if moment is None:
            continue
        if (moment, key) in known:
            raise BadStep(f"There are two rows of {_words(moment)}. Aggregate before, or say in what else rows differ.")
        known[moment, key] = at
    if period == "row":
        return _previous(known, len(moments))
    return [
        None if moment is None else known.get((_earlier(moment, period), key))
        for moment, key in zip(moments, keys, strict=True)
    ]


def _previous(known: dict[tuple, int], count: int) -> list[int | None]:
    found: list[int | None] = [None] * count
    last: dict[tuple, int] = {}
    for (_, key), at in sorted(known.items(), key=lambda each: each[0][0]):
        found[at] = last.get(key)
        last[key] = at
    return found


def _earlier(moment: datetime, period: str) -> datetime | None:
    try:
        if period in _DAYS:
            return moment - timedelta(days=_DAYS[period])
        months = moment.year * 12 + moment.month - 1 - _MONTHS[period]
        year, month = divmod(months, 12)
        # The 31st has none in a month of 30 days: the last one is compared with the last one.
        return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        return None


def _moment(cell: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(cell).replace(tzinfo=None) if isinstance(cell, str) else None
    except ValueError:
        return None


def _change(now: Decimal | None, before: Decimal | None) -> float | None:
    if now is None or before is None or before == 0:
        return None
    return written((now - before) / abs(before), "float")


def _words(moment: datetime) -> str:
    return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(" ")
