"""What kind of values a column holds. SQLite lets each be of its own, whatever the column was declared as."""

import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

_SAFE_INTEGER = 2**53
_MOST_BYTES_SHOWN = 32
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?")
# Parts of what people declare, and what they mean by it. The first that fits.
_DECLARED = (
    ("INT", "integer"), ("DATETIME", "datetime"), ("TIMESTAMP", "datetime"), ("DATE", "date"), ("REAL", "float"),
    ("FLOA", "float"), ("DOUB", "float"), ("DEC", "float"), ("NUM", "float"),
)  # fmt: skip

Bound = str | int | float | None
# There are no decimals: numbers with a fraction are compared as the floats that SQLite keeps.
_BOUND: dict[str, Callable[[str], Bound]] = {
    "text": str, "integer": int, "decimal": float, "date": str, "boolean": lambda text: int(text == "true"),
}  # fmt: skip


def bound(kind: str, text: str | None) -> Bound:
    """Return a value that is bound to a placeholder, as SQLite takes it."""
    return None if text is None else _BOUND[kind](text)


def type_of(values: Iterable[Any], declared: str | None = None) -> str:
    """
    Return the type that all of these values have on the wire; of none, what was declared says it.

    Of a column that nobody declared, like a sum over nothing, it is a number: a figure that is missing stays a figure.
    """
    found = {type(each) for each in values if each is not None}
    if not found and declared is None:
        return "float"
    if not found:
        return next((kind for part, kind in _DECLARED if part in declared), "text")
    if found <= {int}:
        return "integer"
    if found <= {int, float}:
        return "float"
    if found == {str}:
        return _type_of_texts([each for each in values if each is not None])
    return "text"


def _type_of_texts(texts: list[str]) -> str:
    if all(_DAY.fullmatch(each) and _instant(each) for each in texts):
        return "date"
    if all(_MOMENT.fullmatch(each) and _instant(each) for each in texts):
        return "datetime"
    return "text"


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def written(value: Any, kind: str) -> Any:
    """Return a value of a column of this type as the wire has it."""
    if isinstance(value, bytes):
        return value[:_MOST_BYTES_SHOWN].hex()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is not None and kind == "datetime":
        return _moment(value)
    if kind == "text" and isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) and not -_SAFE_INTEGER <= value <= _SAFE_INTEGER:
        return float(value) if kind == "float" else str(value)
    return value


def _moment(text: str) -> str:
    at = _instant(text)
    if at is None or at.tzinfo is None:
        return text.replace(" ", "T")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
