"""How many of our questions a database has at once, and for how long one that is gone is left alone."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from operant.platform.files.sandbox import TooSlow

from ..stepping import Unreachable
from .complaints import Silent

AT_ONCE = 2
"""Questions of one process to one source; one more connection may stand ready (`ahead`)."""
LEFT_ALONE_SECONDS = 20
_GONE = {"resolve", "connect", "tls"}


@dataclass
class _Source:
    places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))
    users: int = 0


_sources: dict[str, _Source] = {}
_gone: dict[str, tuple[float, Unreachable]] = {}
_guard = threading.Lock()


@contextmanager
def place(key: str, *, seconds: float) -> Iterator[None]:
    """
    Hold one of a source's places inside the block.

    A database that could not be reached is not tried again for a while, so that a dashboard's thirty queries do not
    wait for it one after the other, and everybody else's behind them.

    :raises TooSlow: when no place came free within `seconds`.
    :raises Unreachable: when it could not be reached a moment ago.
    """
    source = _joined(key)
    try:
        _refuse_if_gone(key)
        if not source.places.acquire(timeout=seconds):
            raise TooSlow("Other queries of this data source are still running. Try again in a moment.")
        try:
            _refuse_if_gone(key)
            yield
        except Unreachable as error:
            _remember(key, error)
            raise
        finally:
            source.places.release()
    finally:
        _left(key, source)


def forget(key: str) -> None:
    """Try a database again at once: its connection was changed, or somebody tests it."""
    with _guard:
        _gone.pop(key, None)


def _refuse_if_gone(key: str) -> None:
    with _guard:
        until, error = _gone.get(key, (0.0, None))
        if error is not None and until > time.monotonic():
            raise Unreachable(error.step, error.what, error.advice)
        _gone.pop(key, None)


def _remember(key: str, error: Unreachable) -> None:
    with _guard:
        is_gone = error.step in _GONE or isinstance(error, Silent)
        if is_gone and key not in _gone:
            _gone[key] = time.monotonic() + LEFT_ALONE_SECONDS, error


def _joined(key: str) -> _Source:
    with _guard:
        source = _sources.setdefault(key, _Source())
        source.users += 1
        return source


def _left(key: str, source: _Source) -> None:
    with _guard:
        source.users -= 1
        if not source.users:
            del _sources[key]
