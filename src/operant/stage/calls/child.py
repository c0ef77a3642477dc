"""The process that asks: it knows one database, makes one call to it, and ends. Nothing of Operant is set up in it."""

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
from .limits import CANCEL_SECONDS, GRACE_SECONDS
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
    forking.serve(socket.socket(fileno=control_descriptor), {}, _work)


def _work(job: socket.socket) -> None:
    request, files = wire.receive(job, _MOST_REQUEST, most_files=1)
    limits = Limits(**request["limits"])
    _confine(limits, request["connect_seconds"])
    wire.send(job, _answer(job, request, limits, files))


def _confine(limits: Limits, connect_seconds: float) -> None:
    # Who asked kills earlier; the kernel does where that one cannot.
    confine.limit(resource.RLIMIT_CPU, int(connect_seconds + limits.seconds + GRACE_SECONDS + CANCEL_SECONDS) + 2)
    confine.limit(resource.RLIMIT_FSIZE, limits.bytes)
    confine.limit(resource.RLIMIT_DATA, limits.memory_mb * _MEGABYTE)
    os.nice(5)


def _answer(job: socket.socket, request: dict[str, Any], limits: Limits, files: list[int]) -> dict[str, Any]:
    driver = _DRIVERS[request["kind"]]
    database = driver.Database(**request["database"])
    place = Place(request["host"], request["addresses"], request["connect_seconds"])
    try:
        with driver.session(database, place, lambda step: wire.send(job, {"reached": step})) as session, driver.understood():
            session.begin(seconds=limits.seconds, most_bytes=limits.bytes, lock_seconds=request["lock_seconds"])
            return {"done": _done(driver, session, request, limits, files)}
    except SandboxRefusal as error:
        return {"failed": complaints.packed(error)}
    except MemoryError:
        return {"failed": complaints.packed(TooBig("This needs more memory than it may use."))}
    except Exception as error:
        # Where, and not what: the text of an error may hold what was said to a library.
        return {"failed": {"kind": type(error).__name__, "told": "".join(traceback.format_tb(error.__traceback__))}}


def _done(driver: Any, session: Any, request: dict[str, Any], limits: Limits, files: list[int]) -> dict[str, Any]:
    if request["task"] == "tables":
        return driver.tables(session)
    if request["task"] == "query":
        return driver.answer(session, request["sql"], limits)
    pour = Pour(files[0], limits)
    driver.pour(session, request["sql"], limits, pour)
    return pour.end()
