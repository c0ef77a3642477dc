"""Runs one job in one sandbox process, within its time, and turns failures into exceptions."""

import contextlib
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from .cell import wire
from .nursery import Cell, Nursery
from .outcomes import BadFile, BadQuery, Busy, FileLimits, Limits, NoSuchSheet, SandboxBroken, TooBig, TooSlow

_KINDS = {"BadFile": BadFile, "BadQuery": BadQuery, "TooBig": TooBig, "TooSlow": TooSlow}
# DuckDB ends a query by itself at its limit; we end the process when it does not.
_GRACE_SECONDS = 1.5
_AT_ONCE = 2
_FOLDER_PREFIX = "sandbox-"
_FORGOTTEN_SECONDS = 3600
_REST_OF_ANSWER = 1 << 20

log = logging.getLogger("operant.files")
nursery = Nursery(ready=_AT_ONCE)
_places = threading.BoundedSemaphore(_AT_ONCE)
_workspace: Path | None = None


def work_in(folder: Path) -> None:
    """Use this folder for the private folders of jobs; it is made when the first job needs it."""
    global _workspace
    _workspace = folder


def _ready() -> Path | None:
    """The workspace, without the folders that a crash left there."""
    if _workspace is not None:
        _workspace.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in _workspace.glob(f"{_FOLDER_PREFIX}*"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _FORGOTTEN_SECONDS:
                    shutil.rmtree(left)
    return _workspace


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=_FOLDER_PREFIX, dir=_ready(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def run(job: dict, files: list[Path], folder: Path, limits: Limits | FileLimits) -> dict:
    """Do the job in a fresh process that can open these files, write to this folder, and reach nothing else."""
    deadline = time.monotonic() + limits.seconds + _GRACE_SECONDS
    if not _places.acquire(timeout=limits.seconds):
        raise Busy("The server is busy with other queries. Try again in a moment.")
    try:
        request = {**job, "limits": asdict(limits)}
        try:
            return _made(request, files, folder, limits, deadline)
        except _Orphaned:
            return _made(request, files, folder, limits, deadline)
    except _Orphaned:
        raise SandboxBroken("The process was ended from outside, and so was the one after it. Try again in a moment.") from None
    finally:
        _places.release()


class _Orphaned(Exception):
    """The process ended since the one that made it did: no fault of the job."""


def _made(request: dict, files: list[Path], folder: Path, limits: Limits | FileLimits, deadline: float) -> dict:
    with contextlib.closing(_Call(limits)) as call:
        return call.make(request, files, folder, deadline)


class _Call:
    def __init__(self, limits: Limits | FileLimits) -> None:
        self._limits = limits
        self._cell: Cell | None = None

    def make(self, request: dict, files: list[Path], folder: Path, deadline: float) -> dict:
        self._cell = nursery.cell()
        try:
            self._ask(request, files, folder)
            answer = self._answer(deadline)
        except TimeoutError:
            raise TooSlow(f"This took longer than {self._limits.seconds:g} seconds.") from None
        except (wire.Closed, ConnectionError):
            if nursery.has_ended():
                raise _Orphaned from None
            # The kernel ended the process: the memory limit where DuckDB could not notice it.
            told = "A sandbox process ended without an answer to “%s”: it wanted more memory than it may use."
            log.warning(told, request["task"])
            raise TooBig("This needs more memory than it may use.") from None
        return self._done(answer)

    def close(self) -> None:
        if self._cell is not None:
            self._cell.end()

    def _ask(self, request: dict, files: list[Path], folder: Path) -> None:
        with contextlib.ExitStack() as opened:
            descriptors = [os.open(path, os.O_RDONLY | os.O_CLOEXEC) for path in (folder, *files)]
            for descriptor in descriptors:
                opened.callback(os.close, descriptor)
            wire.send(self._cell.sock, request, descriptors)

    def _answer(self, deadline: float) -> dict:
        most = getattr(self._limits, "bytes", 0) + _REST_OF_ANSWER
        return wire.receive(self._cell.sock, most, max(deadline, time.monotonic() + 0.1))[0]

    def _done(self, answer: dict) -> dict:
        if "done" in answer:
            return answer["done"]
        failed = answer["failed"]
        if failed["kind"] == "NoSuchSheet":
            raise NoSuchSheet(failed["message"], failed["sheets"])
        if failed["kind"] not in _KINDS:
            raise SandboxBroken(failed["message"])
        if failed["kind"] == "TooSlow":
            raise TooSlow(f"This took longer than {self._limits.seconds:g} seconds.")
        raise _KINDS[failed["kind"]](failed["message"], failed["line"], failed["column"])
