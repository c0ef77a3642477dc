"""How PostgreSQL's types travel: which of a result's nine types each is, the SQL that reads it, and how it is written."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

_SAFE_INTEGER = 2**53
_MOST_BYTES_SHOWN = 32
# What JavaScript, and people, take for a date: neither infinity, nor BC, nor the year 12026.
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)")

# JSON's escapes: two halves of one character, a half alone, or any other.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(u[dD][89a-fA-F]\w\w)|.)")


def whole(text: str) -> str:
    """Return JSON without halves of characters: it can spell one, but nothing can store it."""
    if r"\u" not in text:
        return text
    return _ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text)


_OIDS = {"text": 25, "integer": 20, "decimal": 1700, "date": 1082, "boolean": 16}


class Given(NamedTuple):
    """The values that are bound to a query's placeholders: as text, each with the oid of its type."""

    texts: list[bytes | None]
    oids: list[int]

    @classmethod
    def of(cls, values: list[list[str | None]]) -> "Given":
        """Return values as libpq takes them."""
        texts = [None if text is None else text.encode() for _, text in values]
        return cls(texts, [_OIDS[kind or ""] for kind, _ in values])


NOTHING = Given([], [])


def _same(text: str) -> Any:
    return text


def _integer(text: str) -> int | str:
    number = int(text)
    return number if -_SAFE_INTEGER <= number <= _SAFE_INTEGER else text


def _float(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _decimal(text: str) -> str | None:
    return None if text in {"NaN", "Infinity", "-Infinity"} else text


def _day(text: str) -> str | None:
    return text if _DAY.fullmatch(text) else None


def _moment(text: str) -> str | None:
    found = _MOMENT.fullmatch(text)
    return f"{found[1]}T{found[2]}" if found else None


def _instant(text: str) -> str | None:
    found = _moment(text)
    return found and f"{found}Z"


def _json(text: str) -> Any:
    try:
        return json.loads(whole(text), parse_int=_integer, parse_float=_float, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return text


@dataclass(frozen=True)
class Shape:
    """
    One type: its name on the wire, the SQL that makes text of a column, and how Python finishes that text.

    `is_instant` says of a moment that it is one in every zone.
    """

    type: str
    sql: str = "{}::text"
    finish: Callable[[str], Any] = _same
    is_instant: bool = False

    def write(self, text: str | None) -> Any:
        return None if text is None else self.finish(text)


TEXT = Shape("text")
NESTED = Shape("json", "to_json({})::text", _json)
_INTEGER = Shape("integer", finish=_integer)
_FLOAT = Shape("float", finish=_float)
_SHAPES = {
    16: Shape("boolean", finish=lambda text: text == "true"),
    17: Shape("text", f"encode(substring({{}} from 1 for {_MOST_BYTES_SHOWN}), 'hex')"),
    20: _INTEGER,
    21: _INTEGER,
    23: _INTEGER,
    26: _INTEGER,
    114: Shape("json", finish=_json),
    700: _FLOAT,
    701: _FLOAT,
    1082: Shape("date", finish=_day),
    1083: Shape("time"),
    1114: Shape("datetime", finish=_moment),
    1184: Shape("datetime", "({} AT TIME ZONE 'UTC')::text", _instant, is_instant=True),
    1700: Shape("decimal", finish=_decimal),
    2249: NESTED,
    2278: Shape("text", "nullif({}::text, '')"),
    3802: Shape("json", finish=_json),
}
# Text, names, uuid, intervals, times with zone, ranges, enums, addresses, money: as PostgreSQL writes them.
_NESTED_CATEGORIES = {"A", "C"}


def is_known(oid: int) -> bool:
    """Return whether the oid alone tells the shape."""
    return oid in _SHAPES


def shape_of(oid: int, category: str) -> Shape:
    """Return the shape of a type by its oid and, for those of a database's own, its category in pg_type."""
    return _SHAPES.get(oid) or (NESTED if category in _NESTED_CATEGORIES else TEXT)
