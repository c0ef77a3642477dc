"""Why a query would not work with other columns, in words for those who never wrote it. Pure."""

import re
from collections.abc import Iterable

from .schemas import WORDS, Difference

_NO_NAMES = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.S)
OTHERWISE = "Its query does not work with these columns."


def because(change: Difference, sql: str, named: Iterable[str] = ()) -> str:
    """Return what of the columns that a query or its widget uses is gone or another; nothing where that is none of them."""
    used = {*named}
    gone = [each for each in change.went if _last(each) in used or mentions(sql, _last(each))]
    turned = [each for each in change.turned if _last(each[0]) in used or mentions(sql, _last(each[0]))]
    said = [f"It uses {_listed(gone)}, which {'is' if len(gone) == 1 else 'are'} gone."] if gone else []
    said += [f"It uses {name}, which was {WORDS.get(was, was)} and is {WORDS.get(now, now)} now." for name, was, now in turned]
    return " ".join(said)


def takes_row(change: Difference, sql: str, table: str) -> bool:
    """
    Say whether a query asks for a column that is gone and called like its table.

    It would be given whole rows, and count them without an error.
    """
    return table in change.went and mentions(sql, table)


def mentions(sql: str, column: str) -> bool:
    """Say whether SQL names a column: where a table is named, or what belongs to one, is none."""
    plain = " ".join(_NO_NAMES.sub(" ", sql).split())
    return bool(re.search(rf"(?<!from )(?<!join )(?<!\w)\"?{re.escape(column)}(?!\w)\"?(?!\s*\.)", plain, re.I))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
