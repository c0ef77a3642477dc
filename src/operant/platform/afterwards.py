"""What is done when an answer was sent: nobody waits for it, and it is done before the process ends."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Work = Callable[[], object]
log = logging.getLogger("operant.afterwards")


class Works(list[Work]):
    """What is to be done afterwards, in its order; `is_over` when nobody looks for more."""

    is_over = False


_gathered: ContextVar[Works | None] = ContextVar("afterwards", default=None)


def afterwards(work: Work, *, first: bool = False) -> None:
    """
    Do this when the answer to the request was sent; at once where no request is answered.

    What is to be kept comes `first`: everything else may take longer than a server that is told to end has time.
    """
    works = _gathered.get()
    if works is None or works.is_over:
        work()
    elif first:
        works.insert(0, work)
    else:
        works.append(work)


@contextmanager
def gathering() -> Iterator[Works]:
    """Gather inside the block what is to be done afterwards, for whoever sends the answer."""
    works = Works()
    token = _gathered.set(works)
    try:
        yield works
    finally:
        works.is_over = True
        _gathered.reset(token)


def do(works: Works) -> None:
    """Do what was gathered, all of it, in its order: a fault of one is told to the log, since its answer was sent."""
    token = _gathered.set(None)
    try:
        while works:
            try:
                works.pop(0)()
            except Exception:
                log.exception("What was left for after an answer was not done.")
    finally:
        _gathered.reset(token)
