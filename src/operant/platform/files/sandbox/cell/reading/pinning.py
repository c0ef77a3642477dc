"""Columns of which people said what they are: read as that, and what cannot be is empty and told with its place."""

from collections.abc import Sequence
from dataclasses import replace

from ..engine import Engine, quoted
from .kinds import (
    COMPACT,
    DATE,
    DATETIME,
    DAY_FIRST,
    DAY_FIRST_TIME,
    DOTTED_DATE,
    DOTTED_DATETIME,
    INSTANT,
    MONTH_FIRST,
    MONTH_FIRST_TIME,
    NAMED_MONTH,
    NAMED_MONTH_TIME,
    NOTHING,
    TIME,
    YEAR_FIRST,
    Kind,
)
from .table import Plan, Planned

_MOST_TOLD, _LONGEST = 5, 40
_NOTHING = ", ".join(quoted(text) for text in ["", *sorted(NOTHING)])
_WHOLE = Kind("whole", "integer", "[+-]?[0-9]{1,18}", "TRY_CAST({v} AS BIGINT)")
_GROUPED = "([0-9]+|[1-9][0-9]{0,2}(X[0-9]{3})+)?"
_POINT = Kind(
    "any_point", "float", rf"[+-]?{_GROUPED.replace('X', ',')}(\.[0-9]*)?([eE][+-]?[0-9]+)?",
    "TRY_CAST(replace({v}, ',', '') AS DOUBLE)",
)  # fmt: skip
_COMMA = Kind(
    "any_comma", "float", rf"[+-]?{_GROUPED.replace('X', '[.]')}(,[0-9]*)?",
    "TRY_CAST(replace(replace({v}, '.', ''), ',', '.') AS DOUBLE)",
)  # fmt: skip
_YES = Kind(
    "yes", "boolean", "(?i)(true|false|yes|no|y|n|t|f|on|off|1|0)",
    "(lower({v}) IN ('true', 'yes', 'y', 't', 'on', '1'))",
)  # fmt: skip
_DATES = (DATE, DOTTED_DATE, YEAR_FIRST, NAMED_MONTH, COMPACT)
# As programs count: seconds or thousandths since 1970. No other moment is a row of ten or thirteen digits.
_SECONDS = Kind("seconds", "datetime", "[0-9]{10}", "epoch_ms(1000 * TRY_CAST({v} AS BIGINT))")
_THOUSANDTHS = Kind("thousandths", "datetime", "[0-9]{13}", "epoch_ms(TRY_CAST({v} AS BIGINT))")
_MOMENTS = (INSTANT, DATETIME, DOTTED_DATETIME, NAMED_MONTH_TIME, _SECONDS, _THOUSANDTHS)
# Each way of reading a type is a row of kinds that never both fit a value; of several ways, the one that reads most is taken.
_WAYS: dict[str, tuple[tuple[Kind, ...], ...]] = {
    "number": ((_WHOLE,), (_POINT,), (_COMMA,)),
    "date": (_DATES, (*_DATES, DAY_FIRST), (*_DATES, MONTH_FIRST)),
    "day_first": ((*_DATES, DAY_FIRST),),
    "month_first": ((*_DATES, MONTH_FIRST),),
    "datetime": ((*_MOMENTS, *_DATES), (*_MOMENTS, *_DATES, DAY_FIRST_TIME), (*_MOMENTS, *_DATES, MONTH_FIRST_TIME)),
    "time": ((TIME,),),
    "boolean": ((_YES,),),
}
_TYPES = {"day_first": "date", "month_first": "date"}
_SAID = {
    "number": "a number", "date": "a date", "day_first": "a date, day first,", "month_first": "a date, month first,",
    "datetime": "a date with a time", "time": "a time", "boolean": "yes or no",
}  # fmt: skip


def pinned(engine: Engine, plan: Plan, pins: dict[str, str]) -> Plan:
    """Return a plan with the types that people gave to its columns, by name; names that it has not are left alone."""
    columns, warnings = [], [*plan.warnings, *plan.guessed(pins)]
    for column in plan.columns:
        pin = pins.get(column.name)
        made, told = _column(engine, plan, column, pin) if pin and not _is(column, pin) else (column, [])
        columns.append(made)
        warnings += told
    return replace(plan, columns=columns, warnings=warnings)


def _is(column: Planned, pin: str) -> bool:
    return column.type == pin or (pin == "number" and column.type in {"integer", "decimal", "float"})


def _column(engine: Engine, plan: Plan, column: Planned, pin: str) -> tuple[Planned, list[str]]:
    raw = column.raw or f"CAST({column.sql} AS VARCHAR)"
    if pin == "text":
        return replace(column, type="text", sql=raw), []
    ways = [_made(way, f"trim({raw})") for way in _WAYS[pin]]
    failures = [_failed(raw, made) for made in ways]
    counted = ", ".join(f"count(*) FILTER ({each})" for each in failures)
    counts = engine.rows(f"SELECT {counted} FROM ({plan.source})")[0]
    best = min(range(len(ways)), key=lambda each: counts[each])
    type_ = _WAYS[pin][best][0].type if pin == "number" else _TYPES.get(pin, pin)
    made = replace(column, type=type_, sql=ways[best])
    return made, _told(engine, plan, column, pin, raw, failures[best], counts[best]) if counts[best] else []


def _made(way: Sequence[Kind], text: str) -> str:
    if len(way) == 1:
        return way[0].value(text)
    # An instant and a moment without a zone in one column: both are moments as they are kept.
    kept = "TIMESTAMP" if any(kind.type == "datetime" for kind in way) else "DATE"
    return f"COALESCE({', '.join(f'CAST({kind.value(text)} AS {kept})' for kind in way)})"


def _failed(raw: str, made: str) -> str:
    return f"({made}) IS NULL AND trim({raw}) NOT IN ({_NOTHING})"


def _told(engine: Engine, plan: Plan, column: Planned, pin: str, raw: str, failed: str, count: int) -> list[str]:
    numbered = f"SELECT row_number() OVER () AS row, {raw} AS value, {failed} AS failed FROM ({plan.source})"
    first = engine.rows(f"SELECT row, value FROM ({numbered}) WHERE failed ORDER BY row LIMIT {_MOST_TOLD}")
    line = plan.first_line()
    word = "line" if line else "row"
    places = ", ".join(f"{word} {row + max(line - 1, 0)} (“{_short(value)}”)" for row, value in first)
    more = f" and {count - len(first):,} more" if count > len(first) else ""
    one = "One value of" if count == 1 else f"{count:,} values of"
    is_ = "is" if count == 1 else "are"
    return [f"{one} “{column.label}” {is_} not {_SAID[pin]} and {is_} empty in the table: {places}{more}."]


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
