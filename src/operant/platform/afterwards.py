"""What is done when an answer was sent: nobody waits for it, and it is done before the process ends."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Work = Callable[[], object]
log = logging.getLogger("operant.afterwards")
_gathered: ContextVar[list[Work] | None] = ContextVar("afterwards", default=None)


def afterwards(work: Work) -> None:
    """Do this when the answer to the request was sent, never inside its scope; at once where no request is answered."""
    works = _gathered.get()
    if works is None:
        work()
    else:
        works.append(work)


@contextmanager
def gathering() -> Iterator[list[Work]]:
    """Gather inside the block what is to be done afterwards, for whoever sends the answer."""
    works: list[Work] = []
    token = _gathered.set(works)
    try:
        yield works
    finally:
        _gathered.reset(token)


def do(works: list[Work]) -> None:
    """Do what was gathered, all of it, in its order: a fault of one is told to the log, since its answer was sent."""
    token = _gathered.set(None)
    try:
        for work in works:
            try:
                work()
            except Exception:
                log.exception("What was left for after an answer was not done.")
    finally:
        _gathered.reset(token)
