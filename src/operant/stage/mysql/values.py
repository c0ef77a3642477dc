"""How the types of MySQL and MariaDB travel: which of a result's nine types each is, and how its text is written."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pymysql.constants import FIELD_TYPE
from pymysql.protocol import FieldDescriptorPacket

_SAFE_INTEGER = 2**53
_MOST_BYTES_SHOWN = 32
_BINARY = 63
# There are days in month 0, and a day 0 in every month: nobody else takes them for dates.
_DAY = r"[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_MOMENT = re.compile(rf"({_DAY}) (\d\d:\d\d:\d\d(?:\.\d+)?)")
_ONLY_DAY = re.compile(_DAY)


def hexed(text: str) -> str:
    """Return an expression that is this text, and holds nothing of it but hexadecimal digits."""
    return f"CONVERT(X'{text.encode(errors='replace').hex()}' USING utf8mb4)"


_BOUND: dict[str, Callable[[str], str]] = {
    "text": hexed, "integer": lambda text: str(int(text)), "decimal": lambda text: f"CAST({hexed(text)} AS DECIMAL(65, 30))",
    "date": lambda text: f"CAST({hexed(text)} AS DATE)", "boolean": lambda text: str(int(text == "true")),
}  # fmt: skip


def bound(kind: str, text: str | None) -> str:
    """Return an expression for a value that is bound to a question mark."""
    return "NULL" if text is None else _BOUND[kind](text)


def _text(value: bytes) -> str:
    return value.decode(errors="replace")


def _integer(value: bytes) -> int | str:
    number = int(value)
    return number if -_SAFE_INTEGER <= number <= _SAFE_INTEGER else str(number)


def _bits(value: bytes) -> int | str:
    number = int.from_bytes(value, "big")
    return number if number <= _SAFE_INTEGER else str(number)


def _float(value: bytes) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _day(value: bytes) -> str | None:
    return found[0] if (found := _ONLY_DAY.fullmatch(_text(value))) else None


def _moment(value: bytes) -> str | None:
    found = _MOMENT.fullmatch(_text(value))
    return f"{found[1]}T{found[2]}" if found else None


def _instant(value: bytes) -> str | None:
    found = _moment(value)
    return found and f"{found}Z"


def _json(value: bytes) -> Any:
    try:
        return json.loads(_text(value), parse_int=_whole, parse_float=_finite, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return _text(value)


def _whole(text: str) -> int | str:
    return _integer(text.encode())


def _finite(text: str) -> float | None:
    return _float(text.encode())


def _hex(value: bytes) -> str:
    return value[:_MOST_BYTES_SHOWN].hex()


@dataclass(frozen=True)
class Shape:
    """One type: its name on the wire, and how Python finishes what came. `is_instant`: a moment that is one in every zone."""

    type: str
    finish: Callable[[bytes], Any]
    is_instant: bool = False

    def write(self, value: bytes | None) -> Any:
        return None if value is None else self.finish(value)


_TEXT, _BYTES = Shape("text", _text), Shape("text", _hex)
_INTEGER, _FLOAT, _MOMENTS = Shape("integer", _integer), Shape("float", _float), Shape("datetime", _moment)
_SHAPES = {
    **dict.fromkeys(
        (FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.LONG, FIELD_TYPE.INT24, FIELD_TYPE.LONGLONG, FIELD_TYPE.YEAR), _INTEGER
    ),
    **dict.fromkeys((FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL), Shape("decimal", _text)),
    **dict.fromkeys((FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE), _FLOAT),
    **dict.fromkeys((FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE), Shape("date", _day)),
    **dict.fromkeys((FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP), _MOMENTS),
    FIELD_TYPE.TIME: Shape("time", _text),
    FIELD_TYPE.BIT: Shape("integer", _bits),
    FIELD_TYPE.JSON: Shape("json", _json),
    FIELD_TYPE.GEOMETRY: _BYTES,
    FIELD_TYPE.NULL: _TEXT,
}
_INSTANT, _BIT = Shape("datetime", _instant, is_instant=True), Shape("boolean", lambda value: value != b"\0")
# What information_schema calls them. All else is text.
_NAMED = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit"), "integer"),
    "decimal": "decimal", "float": "float", "double": "float", "date": "date", "datetime": "datetime",
    "timestamp": "datetime", "time": "time", "json": "json",
}  # fmt: skip


def shape_of(field: FieldDescriptorPacket, *, is_utc: bool) -> Shape:
    """Return the shape of a column; `is_utc` says whether the session's clock is, so that an instant can be told as one."""
    if field.type_code == FIELD_TYPE.TIMESTAMP and is_utc:
        return _INSTANT
    if field.type_code == FIELD_TYPE.BIT and field.length == 1:
        return _BIT
    return _SHAPES.get(field.type_code) or (_BYTES if field.charsetnr == _BINARY else _TEXT)


def type_named(name: str, whole: str) -> str:
    """Return the type on the wire of one that information_schema names, “bit”, and whole, “bit(1)”."""
    return "boolean" if whole == "bit(1)" else _NAMED.get(name, "text")
