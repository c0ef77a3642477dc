"""Prometheus's answers as rows: a measure, an instant, a value, and the labels."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from .complaints import bad_file

_OWN = {"measure", "time", "value"}


def rows(whole: Any, measure: str) -> list[dict]:
    """Return a row for each value of an answer to one expression; what is no number is empty."""
    try:
        found = whole["data"]
        if found["resultType"] == "string":
            raise bad_file(f"The measure “{measure}” is a text, and no number.")
        series = [found["result"]] if found["resultType"] == "scalar" else found["result"]
        return [row for each in series for row in _rows(each, measure)]
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, OSError):
        raise bad_file("This is not how Prometheus answers. Check that it is Prometheus that stands there.") from None


def _rows(series: Any, measure: str) -> Iterator[dict]:
    labels, points = {}, [series]
    if isinstance(series, dict):
        labels = {_label(name): str(text) for name, text in series["metric"].items() if name != "__name__"}
        points = series["values"] if "values" in series else [series["value"]]
    for at, value in points:
        yield {"measure": measure, "time": _instant(at), "value": _number(value), **labels}


def _label(name: str) -> str:
    return f"label_{name}" if name in _OWN else name


def _instant(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def _number(text: str) -> float | None:
    number = float(text)
    return number if number - number == 0 else None  # neither infinity nor NaN
