"""
Calendar files, each read in a process of its own: a few lines can ask for more dates than anybody has time for.

The process ends with its one answer, or is killed at its limit.
"""

import logging
import resource
import socket
import sys
import threading
import time
from contextlib import closing
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from operant.platform.files.sandbox import SandboxBroken, nursery
from operant.platform.files.sandbox.cell import confine, forking, kernel, wire
from operant.platform.refusals import Invalid

from . import reading
from .days import Day
from .reading import MOST_BYTES, Reading

SECONDS = 5
_MEMORY = 256 << 20
_MOST_REQUEST, _MOST_ANSWER = 4 << 20, 1 << 20
_AT_ONCE = 2
_START = "from operant.relay.calendars.files import main; main(int(sys.argv[1]))"
_TOO_MUCH = "This calendar repeats too much to be read. Export only what you need."
_NO_PROCESS = (
    "The calendar could not be read, because the server could not start a process for it. Try again in a moment; if it stays like "
    "this, its reason is in the server's log."
)
log = logging.getLogger("operant.relay")
_places = threading.BoundedSemaphore(_AT_ONCE)


def read(content: bytes, *, zone: ZoneInfo, first: date, last: date) -> Reading:
    """
    Return what `reading.read` does, within a few seconds.

    :raises Invalid: when it is no calendar, too large, of too many days, or repeats too much; or no process starts for it.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(f"A calendar of at most {MOST_BYTES // 1000} kB is read. Export fewer years of it, or only what you need.")
    request = {"content": content.decode("latin-1"), "zone": zone.key, "first": str(first), "last": str(last)}
    if not _places.acquire(timeout=SECONDS):
        raise Invalid("Other calendars are being read. Try again in a moment.")
    try:
        answer = _answer(request)
    except (SandboxBroken, OSError):
        log.exception("No process could be started to read a calendar.")
        raise Invalid(_NO_PROCESS) from None
    finally:
        _places.release()
    if "refused" in answer:
        raise Invalid(answer["refused"])
    return Reading([Day.parse(each) for each in answer["days"]], answer["left_out"])


def main(control_descriptor: int) -> None:
    kernel.no_new_privileges()
    forking.serve(socket.socket(fileno=control_descriptor), {}, _work)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    # Nobody reads calendars all day, so nothing is kept for the next one.
    with closing(nursery.Nursery(start=_START, beside=[each for each in sys.path if each])) as processes:
        cell = processes.cell()
        try:
            wire.send(cell.sock, request)
            return wire.receive(cell.sock, _MOST_ANSWER, time.monotonic() + SECONDS)[0]
        except (TimeoutError, wire.Closed, ConnectionError):
            return {"refused": _TOO_MUCH}
        finally:
            cell.end()


def _work(job: socket.socket) -> None:
    request, _ = wire.receive(job, _MOST_REQUEST)
    # Who asked kills at the same time; the kernel does where that one cannot.
    confine.limit(resource.RLIMIT_CORE, 0)
    confine.limit(resource.RLIMIT_CPU, SECONDS + 1)
    confine.limit(resource.RLIMIT_DATA, _MEMORY)
    wire.send(job, _read(request))


def _read(request: dict[str, Any]) -> dict[str, Any]:
    first, last = (date.fromisoformat(request[each]) for each in ("first", "last"))
    try:
        found = reading.read(request["content"].encode("latin-1"), zone=ZoneInfo(request["zone"]), first=first, last=last)
    except Invalid as refused:
        return {"refused": refused.sentence}
    except MemoryError:
        return {"refused": _TOO_MUCH}
    return {"days": [str(each) for each in found.days], "left_out": found.left_out}
