"""The rows of one answer in JSON, and where the next one is."""

import json
import math
import os
from typing import Any

from jmespath.exceptions import JMESPathError

from . import paths, prometheus
from .complaints import bad_file
from .engine import path_of

OUT = "picked.ndjson"
# Reading JSON as a whole costs about ten times its size.
MOST_BYTES = 32_000_000
_MOST_LISTED, _MOST_NEXT = 8, 4_000


def pick(descriptor: int, rows: str, following: str, measure: str) -> dict:
    """Write the rows as one object a line; returns how many, and what stands where the next address should."""
    whole = _read(descriptor)
    found = prometheus.rows(whole, measure) if measure else _rows(whole, rows)
    with open(OUT, "w", encoding="utf-8") as target:
        target.writelines(json.dumps(row, allow_nan=False) + "\n" for row in found)
    after = _searched(whole, following) if following else None
    return {"rows": len(found), "next": after[:_MOST_NEXT] if isinstance(after, str) else ""}


def _read(descriptor: int) -> Any:
    if os.fstat(descriptor).st_size > MOST_BYTES:
        raise bad_file(f"The answer is larger than {MOST_BYTES // 1_000_000} MB. Ask for less, or in pages.")
    try:
        with open(path_of(descriptor), encoding="utf-8-sig") as source:
            return json.load(source, parse_float=_float, parse_constant=lambda _: None)
    except UnicodeDecodeError:
        raise bad_file("The answer is not UTF-8, which JSON is written in.") from None
    except json.JSONDecodeError as error:
        raise bad_file(f"The JSON is broken in line {error.lineno}: {error.msg.lower()} at column {error.colno}.") from None
    except (ValueError, RecursionError):
        raise bad_file("The JSON cannot be read: a number is too long, or it is nested too deeply.") from None


def _float(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _searched(whole: Any, expression: str) -> Any:
    try:
        return paths.compiled(expression).search(whole)
    except ValueError as wrong:
        # JMESPath's own are of this kind as well: a function that was given what it does not take.
        said = " ".join(str(wrong).split())[:200]
        raise bad_file(f"The expression “{expression[:100]}” does not fit the answer. {said}") from None
    except (JMESPathError, RecursionError):
        raise bad_file(f"The expression “{expression[:100]}” does not fit the answer.") from None


def _guessed(whole: Any) -> Any:
    """Many programs wrap their rows: {"data": [{…}, {…}], "page": 1}."""
    lists = [each for each in whole.values() if isinstance(each, list)] if isinstance(whole, dict) else []
    return lists[0] if len(lists) == 1 else whole


def _rows(whole: Any, expression: str) -> list[dict]:
    found = _searched(whole, expression) if expression else _guessed(whole)
    if found is None and expression:
        raise bad_file(f"There is nothing at “{expression[:100]}” in the answer. {_told(whole)}")
    rows = found if isinstance(found, list) else [found]
    return [_row(each) for each in rows if each is not None]


def _row(each: Any) -> dict:
    if isinstance(each, dict):
        return each
    values = each if isinstance(each, list) else [each]
    return {"value" if not isinstance(each, list) else f"column_{n}": value for n, value in enumerate(values, 1)}


def _told(whole: Any) -> str:
    if not isinstance(whole, dict):
        return "It is a list." if isinstance(whole, list) else "It is a single value."
    names = [f"“{name[:40]}”" for name in list(whole)[:_MOST_LISTED]]
    return f"It has {', '.join(names)}{' and more' if len(whole) > _MOST_LISTED else ''}." if names else "It is empty."
