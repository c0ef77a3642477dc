"""What a job has taken for itself and gives back when the worker is told to stop in the middle of it."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger("operant.worker")
_guard = threading.Lock()
_held: dict[object, Callable[[], None]] = {}


@contextmanager
def given_back(give_back: Callable[[], None]) -> Iterator[None]:
    """
    Run a block that may take longer than a worker has when it is told to stop.

    Is it told so meanwhile, `give_back` is called at once, in another thread: what was taken is free for the next worker, and
    that nobody finished it is not held against it. The block must be ready to find its right gone.
    """
    key = object()
    with _guard:
        _held[key] = give_back
    try:
        yield
    finally:
        with _guard:
            _held.pop(key, None)


def give_all_back() -> None:
    """Give back what running jobs hold: the worker is told to stop."""
    with _guard:
        held = list(_held.values())
        _held.clear()
    for give_back in held:
        try:
            give_back()
        except Exception:
            # Its lease still ends by itself.
            log.exception("What a job holds could not be given back.")
