"""One call to somebody else's database: its name is looked up and judged, a place is waited for, then it is dialed and asked."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from operant.platform import outgoing
from operant.platform.afterwards import afterwards
from operant.platform.files.sandbox import Limits, SandboxBroken, TooSlow
from operant.platform.refusals import Refusal

from ..stepping import Unreachable
from . import ahead
from .database import Database
from .dialing import Dial, Line, NotBegun, Reached, quietly
from .limits import LOCK_SECONDS
from .reaching import once

CONNECT_SECONDS = 8
# So long a database is dialed at least, when a line that was on its way had the rest of the time.
_LEAST_SECONDS = 1

# Each may take as much memory as its limit says. Two of them may be extracts, which take minutes.
_AT_ONCE = 6

_places = threading.BoundedSemaphore(_AT_ONCE)


def ask(database: Database, task: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """
    Return what a task of `child` gives, over a line that stands ready where there is one.

    :raises Unreachable: when the database cannot be asked, or makes more work than an honest one.
    :raises SandboxRefusal: when it refuses, or a limit is reached.
    """
    line, left = _line(database, limits)
    with _place(limits.seconds):
        until = time.monotonic() + left
        found = ahead.answer(line, _question(task), until) or _dialed(line, until, task)
    afterwards(lambda: ahead.dial(line, CONNECT_SECONDS))
    return found


def call(
    database: Database, task: dict[str, Any], limits: Limits, reached: Reached = quietly, *, file: int | None = None,
    patience: float | None = None,
) -> dict[str, Any]:
    """
    Return the same over a line of its own; `reached` is told each of the `STEPS` that begins.

    Its rows go into an open `file`, where one is given. Unless told, it has as much `patience` for a place as for the answer.

    :raises Unreachable: when the database cannot be asked, or makes more work than an honest one.
    :raises SandboxRefusal: when it refuses, or a limit is reached.
    """
    reached("resolve")
    line, left = _line(database, limits)
    with _place(limits.seconds if patience is None else patience):
        reached("connect")
        return _dialed(line, time.monotonic() + left, task, once(reached), file)


def _dialed(
    line: Line, until: float, task: dict[str, Any], reached: Reached = quietly, file: int | None = None
) -> dict[str, Any]:
    for _ in range(2):
        with closing(Dial(line, max(_LEAST_SECONDS, until - time.monotonic()))) as dial, suppress(NotBegun):
            return dial.ask(_question(task), reached, file)
    raise SandboxBroken("The process was ended from outside, and so was the one after it. Try again in a moment.")


def _question(task: dict[str, Any]) -> dict[str, Any]:
    return {**task, "lock_seconds": LOCK_SECONDS}


def _line(database: Database, limits: Limits) -> tuple[Line, float]:
    """Where to call, and how many seconds are left to connect."""
    until = time.monotonic() + CONNECT_SECONDS
    # Looked up and judged here: what the process is told to connect to is an address.
    target = _target(database)
    if (left := until - time.monotonic()) <= 0:
        raise Unreachable("resolve", f"Looking up {database.host} took all the time there was.", "Try again in a moment.")
    return Line(database, target.host, tuple(target.addresses), limits), left


@contextmanager
def _place(seconds: float) -> Iterator[None]:
    if not _places.acquire(timeout=seconds):
        raise TooSlow("The server is busy with other databases. Try again in a moment.")
    try:
        yield
    finally:
        _places.release()


def _target(database: Database) -> outgoing.Target:
    try:
        return outgoing.resolve(database.host, database.port, asker=database.asker)
    except Refusal as refused:
        raise Unreachable("resolve", refused.sentence) from None
