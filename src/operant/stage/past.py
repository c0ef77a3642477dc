"""
The figures that answers had before: who wants them, what is kept of an answer, and what of it travels. Pure.

A widget that compares a figure with its own past, and draws its course, asks nothing for that: each answer leaves the
figures of its first row here. They are kept in full for two hours, one in ten minutes for two days, one in an hour for
eight; to a wall go sixty of each span that is looked back on.
"""

import json
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from . import judging

HOUR, DAY, WEEK = 3_600, 86_400, 604_800
# What "the refresh before" draws its course of is an hour, too.
SPANS = {"refresh": HOUR, "hour": HOUR, "day": DAY, "week": WEEK}
MOST_FIGURES, POINTS = 20, 60
# From so many seconds on, up to so many, one reading in so many seconds is kept.
THINNED = ((2 * HOUR, 2 * DAY, 600), (2 * DAY, 8 * DAY + DAY, HOUR))

Wanted = dict[str, int]
Reading = tuple[datetime, dict[str, float]]


def wanted(document: dict[str, Any]) -> dict[str, Wanted]:
    """Return by query id how many seconds a document's widgets look back on each of its columns."""
    found: dict[str, Wanted] = {}
    for widget in document["widgets"]:
        if widget["query"] and (since := widget["options"].get("since")):
            found[widget["query"]] = merged([found.get(widget["query"], {}), {widget["options"]["value"]: SPANS[since]}])
    return found


def merged(all_wanted: Iterable[Wanted]) -> Wanted:
    """Return what satisfies each of these."""
    found: Wanted = {}
    for each in all_wanted:
        for column, seconds in each.items():
            found[column] = max(seconds, found.get(column, 0))
    return found


def figures(columns: Sequence[dict[str, str]], rows: Sequence[Sequence[Any]]) -> dict[str, float]:
    """Return what is kept of an answer: the figures of its first row."""
    if not rows:
        return {}
    numeric = [(at, each["name"]) for at, each in enumerate(columns) if each["type"] in judging.NUMERIC][:MOST_FIGURES]
    read = {name: _figure(rows[0][at]) for at, name in numeric}
    return {name: value for name, value in read.items() if value is not None}


def reach(look_back: Wanted) -> int:
    """Return how many seconds of the past it takes: a little more, since nothing was read on the second."""
    return max(look_back.values()) * 13 // 12


def told(readings: Sequence[Reading], look_back: Wanted) -> dict[str, Any]:
    """Return the past as it travels: for these columns, the oldest first, the newest reading being the answer itself."""
    shown = _chosen(readings, max(look_back.values())) if readings else []
    return {
        "at": [round(at.timestamp()) for at, _ in shown],
        "figures": {column: [each.get(column) for _, each in shown] for column in sorted(look_back)},
    }


def text(readings: Sequence[Reading], look_back: Wanted) -> str:
    """Return the same as JSON."""
    return json.dumps(told(readings, look_back), ensure_ascii=False, separators=(",", ":"))


def _chosen(readings: Sequence[Reading], seconds: int) -> list[Reading]:
    newest = readings[-1][0].timestamp()
    kept = {*range(len(readings))[-2:]}
    for span in {each for each in SPANS.values() if each <= seconds}:
        # The last of each slot; slots lie on the clock, so that what was shown is shown again by the next answer.
        slots = {
            int(at.timestamp() * POINTS // span): number for number, (at, _) in enumerate(readings)
            if at.timestamp() >= newest - reach({"": span})
        }  # fmt: skip
        kept.update(slots.values())
    return [readings[number] for number in sorted(kept)]


def _figure(cell: Any) -> float | None:
    if cell is None or isinstance(cell, bool):
        return None
    try:
        found = float(cell)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
