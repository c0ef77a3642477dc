"""Columns of days as machines write them, 20260131. Only where the name says so, too: else it may as well be a number."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from ..engine import Engine, quoted
from .csv_file import listed
from .kinds import COMPACT, NOTHING
from .table import Plan, Planned

_TYPES = {"integer", "text"}
_SAYING = frozenset(["date", "datum", "dato", "fecha"])
# These say much else, too: “Day rate”, “Phone at work”.
_ENDING = frozenset(["day", "jour", "tag", "at"])
# A key to a table of dates, or the number of something, is asked for as it is.
_NAMING = frozenset(["id", "key", "code", "no", "nr", "number", "num", "candidate", "mandate"])
_FIRST, _LAST = 1900, 2100
# Two numbers may look like days by chance, where the name says more than that they are.
_FEWEST = 3
_NEARLY = 0.9
_NOTHING = ", ".join(quoted(text) for text in ["", *sorted(NOTHING)])
_TOLD = "Rows of digits such as 20260131 were read as dates; choose Number under Columns for what is none"


def dated(engine: Engine, plan: Plan, known: Mapping[str, str]) -> Plan:
    """
    Return a plan in which such columns are dates, and tell of them.

    What a column is `known` as, by its name, it stays: only what is new, or a date already, becomes one.
    """
    asked = [each for each in _digits(plan) if known.get(each.name, "date") == "date" and _says_day(each.label)]
    if not asked:
        return plan
    proofs = engine.rows(f"SELECT {', '.join(_proof(each, each.name in known) for each in asked)} FROM ({plan.source})")[0]
    days = {each.name for each, proven in zip(asked, proofs, strict=True) if proven}
    made = [_day(each) if each.name in days else each for each in plan.columns]

    def guessed(pinned: Collection[str]) -> list[str]:
        labels = [each.label for each in plan.columns if each.name in days and each.name not in pinned]
        return [*plan.guessed(pinned), *listed(_TOLD, labels)]

    return replace(plan, columns=made, guessed=guessed)


def kept(engine: Engine, plan: Plan, known: Mapping[str, str]) -> dict[str, str]:
    """Return as pins the columns that were dates and are days but for a few values, which would make them numbers else."""
    asked = [each for each in _digits(plan) if known.get(each.name) == "date"]
    if not asked:
        return {}
    shares = ", ".join(f"avg({_is_day(each)}::INTEGER) FILTER ({_text(each)} NOT IN ({_NOTHING}))" for each in asked)
    found = engine.rows(f"SELECT {shares} FROM ({plan.source})")[0]
    return {each.name: "date" for each, share in zip(asked, found, strict=True) if (share or 0) >= _NEARLY}


def _digits(plan: Plan) -> list[Planned]:
    return [each for each in plan.columns if each.type in _TYPES]


def _words(label: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", label).lower())


def _says_day(label: str) -> bool:
    words = _words(label)
    says = any(word in _SAYING or word.endswith("date") for word in words) or words[-1:] and words[-1] in _ENDING
    return bool(says) and not _NAMING.intersection(words)


def _raw(column: Planned) -> str:
    return column.raw or f"CAST({column.sql} AS VARCHAR)"


def _text(column: Planned) -> str:
    return f"trim({_raw(column)})"


def _is_day(column: Planned) -> str:
    return f"coalesce(year({COMPACT.value(_text(column))}) BETWEEN {_FIRST} AND {_LAST}, false)"


def _proof(column: Planned, is_known: bool) -> str:
    """SQL for whether there are days, and nothing else; some different ones, where nothing else says that they are."""
    fewest = 1 if is_known or len(_words(column.label)) == 1 else _FEWEST
    some = f"FILTER ({_text(column)} NOT IN ({_NOTHING}))"
    return f"coalesce(bool_and({_is_day(column)}) {some}, false) AND count(DISTINCT {_text(column)}) {some} >= {fewest}"


def _day(column: Planned) -> Planned:
    return replace(column, type="date", sql=COMPACT.value(_text(column)), raw=_raw(column))
