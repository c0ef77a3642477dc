"""
One process that signs in to one database, is told one question, answers it and ends: this end of it.

A library like libpq lets a server choose how long a client computes, and Python waits for it with everything else it does.
So it runs in a process of its own, with limits of the kernel, which is killed when it takes too much.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from operant.platform.files.sandbox import Limits, SandboxBroken, TooSlow, nursery
from operant.platform.files.sandbox.cell import wire
from operant.platform.refusals import Refusal

from . import complaints
from .database import Database
from .limits import BEGUN, CANCEL_SECONDS, GRACE_SECONDS, OVERHEAD, WRITTEN

STEPS = ("resolve", "connect", "tls", "sign_in", "read")
# The process ends by itself at its limits, and says why; this much later it is killed.
_PATIENCE = 2
# A database that does not answer sooner over a line that stood ready is dialed anew. Before a question it is asked up to
# four times, each a round trip, and some are half of a second away.
_READY_PATIENCE = 3
_READY = 2
_ORDER = (*STEPS, BEGUN)
_START = "from operant.stage.calls.child import main; main(int(sys.argv[1]))"

processes = nursery.Nursery(start=_START, beside=[each for each in sys.path if each], ready=_READY)
Reached = Callable[[str], None]


def quietly(step: str) -> None:
    """Tell nobody which step was reached."""


class NotBegun(Exception):
    """Nothing was read, and that is no fault of the database: dial anew."""


@dataclass(frozen=True)
class Line:
    """Where a line leads, as its process is told: a database, the addresses it may be called at, and what a call may use."""

    database: Database
    host: str
    addresses: tuple[str, ...]
    limits: Limits

    def told(self, connect_seconds: float) -> dict[str, Any]:
        """Return the same as the process reads it."""
        return {
            "kind": self.database.kind, "database": asdict(self.database), "host": self.host,
            "addresses": list(self.addresses), "limits": asdict(self.limits), "connect_seconds": connect_seconds,
        }  # fmt: skip


class Dial:
    """A process on its way to a database. It serves one question, and whoever made it closes it."""

    def __init__(self, line: Line, connect_seconds: float) -> None:
        self.line = line
        self._step, self._is_ready = "connect", False
        self._deadline = time.monotonic() + connect_seconds + _PATIENCE
        self._cell = processes.cell()
        try:
            wire.send(self._cell.sock, line.told(connect_seconds))
        except OSError:
            pass  # it was ended: whoever asks hears nothing of it either
        except BaseException:
            self.close()
            raise

    @property
    def lives(self) -> bool:
        return self._cell.lives

    def ask(self, question: dict[str, Any], reached: Reached = quietly, file: int | None = None) -> dict[str, Any]:
        """
        Return what a task of `child` gives; `reached` is told each of the `STEPS` that begins.

        Its rows go into an open `file`, where one is given.

        :raises NotBegun: when the process was ended from outside before anything was read.
        :raises Unreachable: when the database cannot be asked, or makes more work than an honest one.
        :raises SandboxRefusal: when it refuses, or a limit is reached.
        """
        self._question, self._reached = question, reached
        self._files = [] if file is None else [file]
        try:
            answer = self._answer()
        except TimeoutError:
            raise self._too_late() from None
        except (wire.Closed, ConnectionError):
            # Before anything was heard of a database, or after the end of the one that makes them.
            if self._step == "connect" or (self._step != BEGUN and processes.has_ended()):
                raise NotBegun from None
            # The kernel ended it: at a limit, or because somebody said so.
            raise self._ended() from None
        return _done(answer)

    def ask_ready(self, question: dict[str, Any], until: float) -> dict[str, Any]:
        """
        Return the same of a dial that was made before. Where it is still on its way, it is waited for `until` then.

        :raises NotBegun: when it came to nothing before anything was read, as a line does that was cut meanwhile.
        """
        # One that has signed in said so long ago, and that is to be read yet.
        self._is_ready, self._deadline = True, min(max(self._deadline, time.monotonic() + _READY_PATIENCE), until)
        try:
            return self.ask(question)
        except (Refusal, SandboxBroken):
            if self._step != BEGUN:
                raise NotBegun from None
            raise

    def close(self) -> None:
        self._cell.end()

    def _answer(self) -> dict[str, Any]:
        while "reached" in (answer := self._heard()):
            self._reach(answer["reached"])
        return answer

    def _heard(self) -> dict[str, Any]:
        most = OVERHEAD if self._files else WRITTEN * self.line.limits.bytes + OVERHEAD
        return wire.receive(self._cell.sock, most, self._deadline)[0]

    def _reach(self, step: str) -> None:
        # Whoever took the process over might begin to read for ever.
        if step not in _ORDER[_ORDER.index(self._step) + 1 :]:
            raise self._ended()
        self._step = step
        if step == "read":
            wire.send(self._cell.sock, self._question, self._files)
        if step != BEGUN:
            self._reached(step)
        if step == "read" and self._is_ready:
            self._deadline = time.monotonic() + _READY_PATIENCE
        elif step == (BEGUN if self._is_ready else "read"):
            self._deadline = time.monotonic() + self.line.limits.seconds + GRACE_SECONDS + CANCEL_SECONDS + _PATIENCE

    def _ended(self) -> Refusal:
        return complaints.of_ending("read" if self._step == BEGUN else self._step, self.line.database)

    def _too_late(self) -> Refusal:
        if self._step in ("read", BEGUN):
            return TooSlow(f"This took longer than {self.line.limits.seconds:g} seconds.")
        return complaints.of_silence(self._step, self.line.database)


def _done(answer: dict[str, Any]) -> dict[str, Any]:
    if "done" in answer:
        return answer["done"]
    failed = answer["failed"]
    raise complaints.unpacked(failed) or SandboxBroken(f"A call to a database failed: {failed['kind']}\n{failed['told']}")
