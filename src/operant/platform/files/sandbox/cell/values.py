"""How DuckDB's types travel: which of the nine types of a result they are, and how each value is written."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_SAFE_INTEGER = 2**53
_MOST_HEX = 64


def _same(value):
    return value


def _integer(value):
    number = int(value)
    return number if -_SAFE_INTEGER <= number <= _SAFE_INTEGER else str(number)


def _float(value):
    return value if math.isfinite(value) else None


def _day(value):
    return None if "infinity" in value else value


def _instant(value):
    if "infinity" in value:
        return None
    return value.replace(" ", "T").removesuffix("+00") + ("Z" if value.endswith("+00") else "")


def _finite(text):
    return _float(float(text))


def _json(value):
    try:
        return json.loads(value, parse_int=_integer, parse_float=_finite, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return value


_BOUND = {
    "text": str, "integer": int, "decimal": Decimal, "date": date.fromisoformat, "boolean": lambda text: text == "true",
}  # fmt: skip


def bound(kind: str, text: str | None):
    """A value that is bound to a placeholder, as DuckDB takes it."""
    return None if text is None else _BOUND[kind](text)


@dataclass(frozen=True)
class Shape:
    """One column of a result: its type's name, the SQL that reads it, and how Python finishes the value."""

    type: str
    sql: str = "{}"
    finish: Callable = _same

    def write(self, value):
        return None if value is None else self.finish(value)


_AS_TEXT = "CAST({} AS VARCHAR)"
_INTEGER, _HUGE = Shape("integer", finish=_integer), Shape("integer", _AS_TEXT, _integer)
_TEXT, _ANY_TEXT = Shape("text"), Shape("text", _AS_TEXT)
_FLOAT = Shape("float", finish=_float)
_DATETIME = Shape("datetime", _AS_TEXT, _instant)
_NESTED = Shape("json", "CAST(to_json({}) AS VARCHAR)", _json)
_SHAPES = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), _INTEGER),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), _INTEGER),
    **dict.fromkeys(("HUGEINT", "UHUGEINT", "BIGNUM"), _HUGE),
    **dict.fromkeys(("FLOAT", "DOUBLE"), _FLOAT),
    "BOOLEAN": Shape("boolean"),
    "VARCHAR": _TEXT,
    "DATE": Shape("date", _AS_TEXT, _day),
    **dict.fromkeys(("TIME", "TIME_NS"), Shape("time", _AS_TEXT)),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), _DATETIME),
    "TIMESTAMP WITH TIME ZONE": _DATETIME,
    "JSON": Shape("json", _AS_TEXT, _json),
    "BLOB": Shape("text", f"lower(left(hex({{}}), {_MOST_HEX}))"),
    "VARIANT": _NESTED,
}


def shape_of(duckdb_type: str) -> Shape:
    if duckdb_type.startswith("DECIMAL"):
        return Shape("decimal", _AS_TEXT)
    if duckdb_type.endswith("]") or duckdb_type.startswith(("STRUCT(", "MAP(", "UNION(")):
        return _NESTED
    return _SHAPES.get(duckdb_type, _ANY_TEXT)
