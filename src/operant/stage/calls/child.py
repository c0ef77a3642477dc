"""
The process that asks: it is told of one database, signs in, is told one question, and ends.

Nothing of Operant is set up in it.
"""

import gc
import os
import resource
import socket
import sys
import traceback
from typing import Any

from operant.platform.files.sandbox import Limits, SandboxRefusal, TooBig
from operant.platform.files.sandbox.cell import confine, forking, kernel, wire

from ..mysql import driver as mysql
from ..postgres import driver as postgres
from . import complaints
from .database import Place
from .limits import BEGUN, CANCEL_SECONDS, GRACE_SECONDS
from .pouring import Pour

_MOST_REQUEST = 4 << 20
_MEGABYTE = 1 << 20
# What nests deeper than this stays text; whoever reads the answer may stand deeper in calls of its own.
_DEEPEST = 500
_DRIVERS = {each.Database.kind: each for each in (postgres, mysql)}


def main(control_descriptor: int) -> None:
    # A core file would hold passwords; children inherit both.
    kernel.never_dumped()
    confine.limit(resource.RLIMIT_CORE, 0)
    kernel.no_new_privileges()
    sys.setrecursionlimit(_DEEPEST)
    # What all children share stays shared: their collector would write to every page of it.
    gc.collect()
    gc.freeze()
    forking.serve(socket.socket(fileno=control_descriptor), {}, _work, postgres.warm_up)


def _work(job: socket.socket) -> None:
    told, _ = wire.receive(job, _MOST_REQUEST)
    limits = Limits(**told["limits"])
    _confine(limits, told["connect_seconds"])
    wire.send(job, _answer(job, told, limits))


def _confine(limits: Limits, connect_seconds: float) -> None:
    # Who asked kills earlier; the kernel does where that one cannot.
    confine.limit(resource.RLIMIT_CPU, int(connect_seconds + limits.seconds + GRACE_SECONDS + CANCEL_SECONDS) + 2)
    confine.limit(resource.RLIMIT_FSIZE, limits.bytes)
    confine.limit(resource.RLIMIT_DATA, limits.memory_mb * _MEGABYTE)
    os.nice(5)


def _answer(job: socket.socket, told: dict[str, Any], limits: Limits) -> dict[str, Any]:
    driver = _DRIVERS[told["kind"]]
    database = driver.Database(**told["database"])
    place = Place(told["host"], told["addresses"], told["connect_seconds"])
    try:
        with driver.session(database, place, lambda step: wire.send(job, {"reached": step})) as session:
            # It may be a while until there is one: the session stands ready for it.
            asked, files = wire.receive(job, _MOST_REQUEST, most_files=1)
            with driver.understood():
                session.begin(seconds=limits.seconds, most_bytes=limits.bytes, lock_seconds=asked["lock_seconds"])
                wire.send(job, {"reached": BEGUN})
                return {"done": _done(driver, session, asked, limits, files)}
    except SandboxRefusal as error:
        return {"failed": complaints.packed(error)}
    except MemoryError:
        return {"failed": complaints.packed(TooBig("This needs more memory than it may use."))}
    except Exception as error:
        # Where, and not what: the text of an error may hold what was said to a library.
        return {"failed": {"kind": type(error).__name__, "told": "".join(traceback.format_tb(error.__traceback__))}}


def _done(driver: Any, session: Any, asked: dict[str, Any], limits: Limits, files: list[int]) -> dict[str, Any]:
    if asked["task"] == "tables":
        return driver.tables(session)
    if asked["task"] == "query":
        return driver.answer(session, asked["sql"], limits)
    pour = Pour(files[0], limits)
    driver.pour(session, asked["sql"], limits, pour)
    return pour.end()
