"""Whether what a query gave is what somebody wants to hear of. Pure: no database, no clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation, localcontext
from typing import Any

from .terms import ABOVE, AVERAGE, BELOW, FIRST, HIGHEST, LAST, LOWEST, ROWS, SILENT, SUM, Terms

OK, PENDING, FIRING, RESTING = "ok", "pending", "firing", "resting"
NUMERIC = frozenset({"integer", "decimal", "float"})
# What PostgreSQL and DuckDB give is longer than the 28 digits that a sum would be rounded to; nothing raises, for data may be odd.
_EXACT = Context(prec=100, traps=[])
_REDUCED: dict[str, Callable[[Sequence[Decimal]], Decimal]] = {
    FIRST: lambda figures: figures[0],
    LAST: lambda figures: figures[-1],
    HIGHEST: max,
    LOWEST: min,
    SUM: lambda figures: sum(figures, Decimal()),
    AVERAGE: lambda figures: sum(figures, Decimal()) / len(figures),
}


@dataclass(frozen=True)
class Seen:
    """What an answer says of one figure: its value, or why there is none."""

    value: Decimal | None = None
    trouble: str = ""


def seen(
    columns: Sequence[dict[str, str]], rows: Sequence[Sequence[Any]], *, truncated: bool, column: str, reduce: str
) -> Seen:
    """Return the one value that an answer's rows make, as an alert asks for it."""
    if truncated and reduce != FIRST:
        return Seen(trouble="The answer has more rows than are kept, so this cannot be said of all of them.")
    if reduce == ROWS:
        return Seen(Decimal(len(rows)))
    types = {each["name"]: (position, each["type"]) for position, each in enumerate(columns)}
    if column not in types:
        return Seen(trouble=f"The answer has no column “{column}”.")
    position, kind = types[column]
    if kind not in NUMERIC:
        return Seen(trouble=f"The column “{column}” holds no figures.")
    return _reduced([figure(row[position]) for row in rows], column, reduce)


def figure(cell: Any) -> Decimal | None:
    """Return a cell as a number; nothing for what is none, also for NaN and infinity."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    try:
        # By its text: 0.1 is what people see, not the nearest power of two.
        found = Decimal(str(cell))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def holds(terms: Terms, seen: Seen, *, before: Decimal | None = None) -> bool | None:
    """Return whether a condition is met, or None when nobody can say; `before` is what a change is measured against."""
    if terms.condition == SILENT:
        return seen.value is None or (terms.reduce == ROWS and not seen.value)
    if seen.value is None or terms.limit is None:
        return None
    if terms.condition == ABOVE:
        return seen.value > terms.limit
    if terms.condition == BELOW:
        return seen.value < terms.limit
    return None if before is None else _has_changed(before, seen.value, terms.limit)


def moved(
    state: str, since: datetime, held: bool | None, now: datetime, *, hold: timedelta, rest: timedelta
) -> tuple[str, datetime]:
    """
    Return the state that follows, and since when it is.

    What nobody can say keeps the state. A clock that was set back makes nothing fire and ends nothing: no time has passed.
    """
    if held is None:
        return state, since
    passed = max(timedelta(), now - since)
    if state in {OK, PENDING}:
        waited = passed if state == PENDING else timedelta()
        after = (FIRING if waited >= hold else PENDING) if held else OK
    else:
        waited = passed if state == RESTING else timedelta()
        after = FIRING if held else (OK if waited >= rest else RESTING)
    return after, since if after == state else now


def _reduced(figures: list[Decimal | None], column: str, reduce: str) -> Seen:
    if not figures:
        return Seen(trouble="The query returned no rows.")
    if reduce in {FIRST, LAST}:
        figures = figures[:1] if reduce == FIRST else figures[-1:]
    known = [each for each in figures if each is not None]
    with localcontext(_EXACT):
        value = _REDUCED[reduce](known) if known else None
    if value is None or not value.is_finite():
        return Seen(trouble=f"There is no figure in the column “{column}”.")
    return Seen(value)


def _has_changed(before: Decimal, value: Decimal, percent: Decimal) -> bool:
    with localcontext(_EXACT):
        # Multiplied, for nothing may be divided by a value of 0: from there every change is one.
        return value != before and abs(value - before) * 100 >= percent * abs(before)
