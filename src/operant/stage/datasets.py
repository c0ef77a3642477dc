"""What programs may put into a dataset: columns that are declared, and rows that keep to them."""

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from operant.platform.refusals import Invalid

from .naming import RESERVED

KIND = "push"
MOST_COLUMNS, MOST_ROWS, MOST_AT_ONCE = 100, 1_000_000, 10_000
_MOST_LISTED = 20
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,59}")
# Before it is spelled out: a few letters, 1E+999999999, are a billion of them then.
_NUMBER = re.compile(r"[+-]?[0-9]{0,30}(\.[0-9]{0,30})?([eE][+-]?[0-9]{1,3})?")
_DECIMAL = re.compile(r"[+-]?\d{1,22}(\.\d{1,6})?")
Row = dict[str, Any]


class InvalidRows(Invalid):
    """Rows that do not fit; `details` lists each place and what is wrong there. None of them was taken."""

    code = "invalid"
    pointer = "#/rows"

    def __init__(self, fields: list[dict[str, str]], count: int) -> None:
        first = fields[0]
        row, _, column = first["path"].partition(".")
        where = f"row {int(row) + 1}" + (f", {column}" if column else "")
        one = "One value does" if count == 1 else f"{count:,} values do"
        super().__init__(f"{one} not fit, so no row was taken. In {where}: {first['message']}")
        self.details = {"fields": fields}


def declared(columns: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """
    Return columns as a source has them, from names and types.

    :raises Invalid: when a table cannot have them.
    """
    if not 1 <= len(columns) <= MOST_COLUMNS:
        raise Invalid(f"A dataset has 1 to {MOST_COLUMNS} columns.")
    for position, (name, kind) in enumerate(columns):
        if not _NAME.fullmatch(name) or name in RESERVED:
            raise Invalid(
                f"“{name[:60]}” cannot be a column: use small letters, digits and _, a letter first, and no word of SQL."
            )
        if kind not in TYPES:
            raise Invalid(f"{name} has no type that there is: choose one of {', '.join(TYPES)}.")
        if name in [other for other, _ in columns[:position]]:
            raise Invalid(f"Two columns are called {name}.")
    return [{"name": name, "type": kind, "label": name} for name, kind in columns]


def written(columns: Sequence[dict[str, str]], rows: Sequence[Row]) -> str:
    """
    Return rows as they are kept: one JSON object a line, every value written in one way.

    :raises InvalidRows: naming what does not fit, and where.
    """
    wrong: list[dict[str, str]] = []
    kinds = {each["name"]: each["type"] for each in columns}
    lines = [json.dumps(_row(position, row, kinds, wrong)) for position, row in enumerate(rows)]
    if wrong:
        raise InvalidRows(wrong[:_MOST_LISTED], len(wrong))
    return "\n".join(lines)


def example(columns: Sequence[dict[str, str]]) -> Row:
    """Return a row that fits."""
    return {each["name"]: _EXAMPLES[each["type"]] for each in columns}


def _row(position: int, row: Row, kinds: dict[str, str], wrong: list[dict[str, str]]) -> Row:
    unknown = [name for name in row if name not in kinds]
    wrong.extend({"path": f"{position}.{name[:60]}", "message": "There is no such column."} for name in unknown)
    return dict(_values(position, row, kinds, wrong))


def _values(position: int, row: Row, kinds: dict[str, str], wrong: list[dict[str, str]]) -> Iterator[tuple[str, Any]]:
    for name, kind in kinds.items():
        value = row.get(name)
        try:
            yield name, None if value is None else TYPES[kind](value)
        except (ValueError, TypeError, OverflowError):
            wrong.append({"path": f"{position}.{name}", "message": f"This must be {_EXPECTED[kind]}."})


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    value.encode()  # half a character, which JSON can spell, is none
    return value


def _integer(value: Any) -> int:
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise ValueError
    return value


def _float(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _decimal(value: Any) -> str:
    if type(value) not in (int, float, str) or not _NUMBER.fullmatch(str(value)):
        raise ValueError
    try:
        plain = format(Decimal(str(value)), "f")
    except InvalidOperation:
        raise ValueError from None
    if not _DECIMAL.fullmatch(plain):
        raise ValueError
    return plain


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _date(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError
    return date.fromisoformat(value).isoformat()


def _datetime(value: Any) -> str:
    if not isinstance(value, str) or len(value) < 16:
        raise ValueError
    found = datetime.fromisoformat(value)
    return (found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)).isoformat()


TYPES: dict[str, Callable[[Any], Any]] = {
    "text": _text, "integer": _integer, "decimal": _decimal, "float": _float, "boolean": _boolean, "date": _date,
    "datetime": _datetime,
}  # fmt: skip
_EXPECTED = {
    "text": "text", "integer": "a whole number", "decimal": "a number, or one as text, with at most 6 decimals",
    "float": "a number", "boolean": "true or false", "date": "a date like 2026-01-31",
    "datetime": "an instant like 2026-01-31T09:30:00Z",
}  # fmt: skip
_EXAMPLES = {
    "text": "North", "integer": 12, "decimal": "19.90", "float": 0.5, "boolean": True, "date": "2026-01-31",
    "datetime": "2026-01-31T09:30:00Z",
}  # fmt: skip
