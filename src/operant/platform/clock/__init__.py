"""The one clock. Code asks `clock.now()`; tests hold it still or move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_held: ContextVar[datetime | None] = ContextVar("held clock", default=None)


def now() -> datetime:
    """Return the current instant, in UTC."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime | None = None) -> Iterator[datetime]:
    """Hold the clock at `at` (now by default) inside the block. For tests."""
    instant = at or datetime.now(UTC)
    token = _held.set(instant)
    try:
        yield instant
    finally:
        _held.reset(token)


def is_frozen() -> bool:
    """Return whether the clock is held."""
    return _held.get() is not None


def advance(by: timedelta) -> datetime:
    """Move a frozen clock on and return the new instant. For tests."""
    held = _held.get()
    if held is None:
        raise RuntimeError("The clock is running: freeze it first.")
    _held.set(held + by)
    return held + by
