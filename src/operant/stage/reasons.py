"""Why a query would not work with other columns, in words for those who never wrote it. Pure."""

import re
from collections.abc import Iterable
from itertools import pairwise

from .schemas import WORDS, Difference

_NO_NAMES = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.S)
_TOKENS = re.compile(r'"[^"]+"|`[^`]+`|\w+|\S')
# Tables may stand in parentheses after these; in those of a part (“extract(year from day)”) none is named.
_OPENING, _PARTS = frozenset(["from", "join", ",", "("]), frozenset(["extract", "substring", "trim", "overlay", "position"])
_ENDING = frozenset([
    "select", "where", "group", "having", "qualify", "window", "order", "limit", "offset", "union", "intersect", "except",
])  # fmt: skip
_AFTER_ORDER = frozenset([",", ";", "asc", "desc", "nulls", "limit", "offset"])
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
    """Say whether SQL names a column: a table, what belongs to one, and a name that is given are none."""
    tokens, said = _TOKENS.findall(_NO_NAMES.sub(" ", sql)), column.lower()
    if any(before.lower() == "as" and _bare(token) == said for before, token in pairwise(tokens)):
        tokens = _unordered(tokens, said)
    # For each open parenthesis, whether tables are named where it stands: “yes”, “no”, or “on” between a condition and a comma.
    tables = ["no"]
    for at, token in enumerate(tokens):
        before, after = tokens[at - 1].lower() if at else "", [each.lower() for each in tokens[at + 1 : at + 3]]
        if token == "(":
            tables.append("part" if before in _PARTS else "yes" if tables[-1] == "yes" and before in _OPENING else "no")
        elif token == ")":
            tables[:] = tables[:-1] or ["no"]
        elif _bare(token) == said and tables[-1] != "yes" and before != "as" and after[:1] != ["."] and after != ["as", "("]:
            return True
        else:
            tables[-1] = _next(tables[-1], token.lower(), before)
    return False


def _unordered(tokens: list[str], name: str) -> list[str]:
    """Leave out where the whole is ordered by a name that the query gives: it is that, whatever columns there are."""
    depth, orders, kept = 0, False, []
    for at, token in enumerate(tokens):
        depth += (token == "(") - (token == ")")
        if depth == 0 and token.lower() in _ENDING:
            orders = token.lower() == "order"
        alone = tokens[at - 1].lower() in {"by", ","} and (tokens[at + 1 : at + 2] or [","])[0].lower() in _AFTER_ORDER
        if not (depth == 0 and orders and alone and _bare(token) == name):
            kept.append(token)
    return kept


def _next(tables: str, token: str, before: str) -> str:
    if token in {"from", "join"}:
        return tables if tables == "part" or before == "distinct" else "yes"
    if token == ",":
        return "yes" if tables == "on" else tables
    if token in {"on", "using"}:
        return "on" if tables == "yes" else tables
    return "no" if token in _ENDING else tables


def _bare(token: str) -> str:
    return (token[1:-1] if token[0] in '"`' else token).lower()


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
