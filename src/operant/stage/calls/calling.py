"""
One call to somebody else's database, made by a process that is killed when it takes too much.

A library like libpq lets a server choose how long a client computes, and Python waits for it with everything else it does.
So it runs in a process of its own: forked anew for each call, with limits of the kernel, and gone after its one answer.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import Any

from operant.platform import outgoing
from operant.platform.files.sandbox import Limits, SandboxBroken, TooSlow, nursery
from operant.platform.files.sandbox.cell import wire
from operant.platform.refusals import Refusal

from ..stepping import Unreachable
from . import complaints
from .database import Database
from .limits import CANCEL_SECONDS, GRACE_SECONDS, LOCK_SECONDS, OVERHEAD, WRITTEN

CONNECT_SECONDS = 8
STEPS = ("resolve", "connect", "tls", "sign_in", "read")
# The process ends by itself at its limits, and says why; this much later it is killed.
_PATIENCE = 2
_START = "from operant.stage.calls.child import main; main(int(sys.argv[1]))"

# Each may take as much memory as its limit says. Two of them may be extracts, which take minutes.
_AT_ONCE = 6

processes = nursery.Nursery(start=_START, beside=[each for each in sys.path if each])
_places = threading.BoundedSemaphore(_AT_ONCE)
Reached = Callable[[str], None]


def _quietly(step: str) -> None:
    return None


def call(
    database: Database, task: dict[str, Any], limits: Limits, reached: Reached = _quietly, *, file: int | None = None,
    patience: float | None = None,
) -> dict[str, Any]:
    """
    Return what a task of `child` gives; `reached` is told each of the `STEPS` that begins.

    Its rows go into an open `file`, where one is given. Unless told, it has as much `patience` for a place as for the answer.

    :raises Unreachable: when the database cannot be asked, or makes more work than an honest one.
    :raises SandboxRefusal: when it refuses, or a limit is reached.
    """
    reached("resolve")
    until = time.monotonic() + CONNECT_SECONDS
    # Looked up and judged here: what the process is told to connect to is an address.
    target = _target(database)
    if (left := until - time.monotonic()) <= 0:
        raise Unreachable("resolve", f"Looking up {database.host} took all the time there was.", "Try again in a moment.")
    request = {
        **task, "kind": database.kind, "database": asdict(database), "host": target.host, "addresses": target.addresses,
        "connect_seconds": left, "lock_seconds": LOCK_SECONDS, "limits": asdict(limits),
    }  # fmt: skip
    with _place(limits.seconds if patience is None else patience):
        reached("connect")
        with closing(_Call(database, limits, reached, file)) as made:
            return made.make(request)


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


class _Call:
    def __init__(self, database: Database, limits: Limits, reached: Reached, file: int | None) -> None:
        self._database, self._limits, self._reached = database, limits, reached
        self._files = [] if file is None else [file]
        self._most = OVERHEAD if self._files else WRITTEN * limits.bytes + OVERHEAD
        self._cell, self._step = processes.cell(), "connect"

    def make(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            self._deadline = time.monotonic() + request["connect_seconds"] + _PATIENCE
            wire.send(self._cell.sock, request, self._files)
            while "reached" in (answer := self._heard()):
                self._reach(answer["reached"])
        except TimeoutError:
            raise self._too_late() from None
        except (wire.Closed, ConnectionError):
            # The kernel ended it: at a limit, or because somebody said so.
            raise complaints.of_ending(self._step, self._database) from None
        return self._done(answer)

    def close(self) -> None:
        self._cell.end()

    def _heard(self) -> dict[str, Any]:
        return wire.receive(self._cell.sock, self._most, self._deadline)[0]

    def _reach(self, step: str) -> None:
        # Whoever took the process over might begin to read for ever.
        if step not in STEPS[STEPS.index(self._step) + 1 :]:
            raise wire.Closed
        self._step = step
        self._reached(step)
        if step == "read":
            self._deadline = time.monotonic() + self._limits.seconds + GRACE_SECONDS + CANCEL_SECONDS + _PATIENCE

    def _too_late(self) -> Refusal:
        if self._step == "read":
            return TooSlow(f"This took longer than {self._limits.seconds:g} seconds.")
        return complaints.of_silence(self._step, self._database)

    def _done(self, answer: dict[str, Any]) -> dict[str, Any]:
        if "done" in answer:
            return answer["done"]
        failed = answer["failed"]
        raise complaints.unpacked(failed) or SandboxBroken(f"A call to a database failed: {failed['kind']}\n{failed['told']}")
