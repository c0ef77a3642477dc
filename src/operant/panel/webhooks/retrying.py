"""When a delivery is tried again: ten times over about three days."""

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from operant.platform import clock

WAITS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
MOST_ATTEMPTS = len(WAITS) + 1
LONGEST_ASKED = timedelta(hours=24)
_JITTER = 0.1


def wait_after(attempts: int, *, asked: timedelta | None = None) -> timedelta | None:
    """Return how long to wait after so many failed attempts, or None when that was the last."""
    if attempts >= MOST_ATTEMPTS:
        return None
    # Whatever failed together should not come back together.
    usual = WAITS[attempts - 1] * random.uniform(1 - _JITTER, 1 + _JITTER)
    return max(usual, min(asked, LONGEST_ASKED)) if asked else usual


def asked_to_wait(header: str) -> timedelta | None:
    """Return what a Retry-After header asks for: seconds or a date."""
    if header.isascii() and header.isdigit() and len(header) < 9:
        return timedelta(seconds=int(header))
    try:
        at = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return max(_aware(at) - clock.now(), timedelta())


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=clock.now().tzinfo)
