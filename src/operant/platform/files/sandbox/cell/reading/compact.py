"""Columns of days as machines write them, 20260131. Only where the name says so, too: else it may as well be a number."""

import re
from collections.abc import Collection
from dataclasses import replace

from ..engine import Engine, quoted
from .csv_file import listed
from .kinds import COMPACT, NOTHING
from .table import Plan, Planned

_TYPES = {"integer", "text"}
_SAYING = frozenset(["date", "day", "datum", "dato", "fecha", "jour", "tag", "at"])
# A key to a table of dates, or the number of something, is asked for as it is.
_NAMING = frozenset(["id", "key", "code", "no", "nr", "number", "num", "candidate", "mandate"])
_FIRST, _LAST = 1900, 2100
_NOTHING = ", ".join(quoted(text) for text in ["", *sorted(NOTHING)])
_TOLD = "Rows of digits such as 20260131 were read as dates; choose Number under Columns for what is none"


def dated(engine: Engine, plan: Plan) -> Plan:
    """Return a plan in which such columns are dates, and tell of them."""
    asked = [column for column in plan.columns if column.type in _TYPES and _says_day(column.label)]
    if not asked:
        return plan
    proofs = engine.rows(f"SELECT {', '.join(_proof(each) for each in asked)} FROM ({plan.source})")[0]
    days = {each.name for each, proven in zip(asked, proofs, strict=True) if proven}
    made = [_day(each) if each.name in days else each for each in plan.columns]

    def guessed(pinned: Collection[str]) -> list[str]:
        labels = [each.label for each in plan.columns if each.name in days and each.name not in pinned]
        return [*plan.guessed(pinned), *listed(_TOLD, labels)]

    return replace(plan, columns=made, guessed=guessed)


def _says_day(label: str) -> bool:
    words = re.findall(r"[^\W\d_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", label).lower())
    return any(word in _SAYING or word.endswith("date") for word in words) and not _NAMING.intersection(words)


def _raw(column: Planned) -> str:
    return column.raw or f"CAST({column.sql} AS VARCHAR)"


def _text(column: Planned) -> str:
    return f"trim({_raw(column)})"


def _proof(column: Planned) -> str:
    """SQL for whether there are days, and nothing else."""
    text, day = _text(column), COMPACT.value(_text(column))
    is_day = f"coalesce(year({day}) BETWEEN {_FIRST} AND {_LAST}, false)"
    return f"coalesce(bool_and({is_day}) FILTER ({text} NOT IN ({_NOTHING})), false)"


def _day(column: Planned) -> Planned:
    return replace(column, type="date", sql=COMPACT.value(_text(column)), raw=_raw(column))
