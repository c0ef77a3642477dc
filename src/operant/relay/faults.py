"""
Which errors of a screen are a version's fault: pure.

An error that the screen never had before is. One that it knew is not, unless it comes much more often than before: both are
counted over the time in which they could come, since a version is looked at for minutes or for days.
"""

import re
from datetime import timedelta

# What was thrown, beside what a player only says of its device, its network and its figures.
THROWN = ("script_error", "promise_rejected", "widget_failed")
# So long a screen's errors are counted before a version comes to it.
BEFORE = timedelta(days=1)
TIMES, FEW = 2, 5
# Errors come in bursts, so what is usual in a moment says nothing.
SHORTEST = timedelta(minutes=10)
_NUMBERS = re.compile(r"\d+")


def kind(code: str, message: str) -> tuple[str, str]:
    """Return what makes two errors the same: their numbers may differ."""
    return code, _NUMBERS.sub("0", message)


def usual(before: int, before_for: timedelta, shown_for: timedelta) -> float:
    """Return how many errors would have come in this time if all were as before."""
    return before * (max(shown_for, SHORTEST) / before_for) if before else 0.0


def is_unusual(errors: int, usual: float) -> bool:
    """Return whether so many errors are more than a screen has by itself."""
    return errors > max(FEW, TIMES * usual)
