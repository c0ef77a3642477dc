"""
Children of the house with traps in them: `python -m tests.proofs.trapped web|worker PARENT NEST`.

It loads once what such a child loads. For each byte that comes through the socket NEST it forks one, which works with the
descriptors that came along, and answers with its process number. A child that falls so often would mostly be loading.

A trap is a file in the folder TRAPS, named as the point where it waits. Whoever comes by there first springs it: the
processes whose numbers stand in the file get SIGKILL, then and there. Nothing of this is in the program itself.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ["TRAPS"])
_on_the_way = threading.local()


def reached(point: str) -> None:
    """Spring the trap of this point, if there is one."""
    trap = FOLDER / point
    try:
        order = trap.read_text().split()
        trap.rename(FOLDER / f"{point}.sprung")
    except FileNotFoundError:
        return
    for word in order:
        with suppress(ProcessLookupError):
            os.kill(int(word), signal.SIGKILL)


def main() -> None:
    """Load what the child loads, put the points in, and hatch one whenever somebody asks."""
    from operant.cli import child, house

    name, parent, nest = sys.argv[1:]
    child._end_with(int(parent))
    if name == "web":
        os.environ["OPERANT_POOL"] = "1"
    house.django()
    _web() if name == "web" else _worker()
    _commits()
    if os.environ.get("HURRIED"):
        _hurried()
    ready = {"web": child._web, "worker": child._worker}[name]()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=int(nest)) as asked:
        while handed := _wanted(asked):
            mine = os.getpid()
            number = os.fork()
            if not number:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                child._end_with(mine)
                ready(handed[1:])
                return
            asked.send(number.to_bytes(4, "big"))
            for each in handed:
                os.close(each)


def _wanted(asked: socket.socket) -> list[int]:
    """Return the descriptors that a child shall have, the first of them only so that there is one; none at the end."""
    _, handed, _, _ = socket.recv_fds(asked, 1, 8)
    return handed


def _web() -> None:
    from operant.panel.organizations import actions as organizations
    from operant.relay.actions import hearing
    from operant.stage import actions as stage

    for module, name, path in (
        (stage, "publish", "publish"), (hearing, "heartbeat", "heartbeat"), (organizations, "invite", "mail"),
    ):  # fmt: skip
        _surround(module, name, path, leads_to_commit=True)
    _batches()


def _worker() -> None:
    from operant.panel.audit import actions as audit
    from operant.panel.audit import lines
    from operant.platform.messaging import jobs, transport

    _surround(audit, "seal", "seal", leads_to_commit=True)
    _surround(lines, "hashed", "hashing", leads_to_commit=False)
    _surround(jobs, "deliver_one", "deliver", leads_to_commit=True)
    _surround(transport, "deliver", "handoff", leads_to_commit=True)


def _hurried() -> None:
    """Let what the watch over the worker waits for take seconds: longer than beats and leases, or it would see falls in pauses."""
    from operant.panel.operating import alerter, watching
    from operant.platform.queue import progress, starts

    alerter.EVERY_SECONDS = 0.5
    watching.SILENT_AFTER = watching.LATE_FROM = progress.CLOCK_WAITS = timedelta(seconds=10)
    watching.WELL_FOR, starts.GONE_AFTER, starts.LASTS_FROM = (timedelta(seconds=each) for each in (5, 8, 15))
    starts.SEEN_EVERY = timedelta(seconds=1)


def _surround(module: Any, name: str, path: str, *, leads_to_commit: bool) -> None:
    inner: Callable[..., Any] = getattr(module, name)

    @wraps(inner)
    def around(*args: Any, **kwargs: Any) -> Any:
        reached(f"{path}-begins")
        if leads_to_commit:
            _on_the_way.path = path
        result = inner(*args, **kwargs)
        reached(f"{path}-done")
        return result

    setattr(module, name, around)


def _batches() -> None:
    # The statement of a batch is its transaction.
    from operant.platform.ingest.lane import Lane

    inner = Lane._written

    async def written(self: Any, *batch: Any) -> Any:
        reached("heartbeat-batched")
        told = await inner(self, *batch)
        reached("heartbeat-written")
        return told

    Lane._written = written


def _commits() -> None:
    from django.db.backends.base.base import BaseDatabaseWrapper

    inner = BaseDatabaseWrapper.commit

    def commit(self: Any) -> None:
        path, _on_the_way.path = getattr(_on_the_way, "path", None), None
        if path:
            reached(f"{path}-commits")
        inner(self)
        if path:
            reached(f"{path}-committed")

    BaseDatabaseWrapper.commit = commit


if __name__ == "__main__":
    main()
