"""The small line of what an alert saw, for its page."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from operant.platform import reading

from .. import phrasing
from ..models import Alert, AlertReading
from ..terms import ABOVE, BELOW

WIDTH, HEIGHT, MARGIN = 600, 100, 6


@dataclass(frozen=True)
class Line:
    """A line in a box of 600 by 100, where its limit lies in it, and both in words."""

    points: str
    limit: str | None
    label: str


def drawn(readings: list[AlertReading], alert: Alert) -> Line | None:
    """Return the line of these readings, the oldest first; None when they make none."""
    if len(readings) < 2:
        return None
    first, last = readings[0].at, readings[-1].at
    limit = float(alert.limit) if alert.limit is not None and alert.condition in {ABOVE, BELOW} else None
    values = [each.value for each in readings]
    shown = values if limit is None else [*values, limit]
    low, high, span = min(shown), max(shown), (last - first).total_seconds() or 1

    def height(value: float) -> str:
        # Halved before they are taken apart: two ends of all doubles would not fit into one.
        share = (value / 2 - low / 2) / (high / 2 - low / 2) if high > low else 0.5
        return f"{HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN):.1f}"

    points = " ".join(f"{(each.at - first).total_seconds() / span * WIDTH:.1f},{height(each.value)}" for each in readings)
    words = f"Between {_written(min(values))} and {_written(max(values))} from {reading.instant(first)} to {reading.instant(last)}"
    return Line(points, None if limit is None else height(limit), words + ("" if limit is None else f"; limit {_written(limit)}"))


def listed(readings: list[AlertReading]) -> list[tuple[datetime, str]]:
    """Return readings as a table has them."""
    return [(each.at, _written(each.value)) for each in readings]


def _written(value: float) -> str:
    return phrasing.written(Decimal(str(value)))
