"""Which processes belong to a cluster. A pid file may be stale, its number somebody else's; /proc knows."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from operant.cli.failures import Failure


@dataclass(frozen=True)
class Postmaster:
    """A running PostgreSQL, as its pid file and /proc agree to describe it."""

    pid: int
    socket: Path
    status: str  # starting, ready, stopping or standby; empty in the first instant


def find(data: Path) -> Postmaster | None:
    """Return the postmaster of this data directory, if its pid file names a live process that is one."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    if not _works_in(pid, data):
        return None
    lines += [""] * (8 - len(lines))
    return Postmaster(pid, Path(lines[4]) / f".s.PGSQL.{lines[3]}", lines[7].strip())


def members(data: Path) -> list[int]:
    """Return every PostgreSQL process that works in this data directory."""
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and _works_in(int(entry), data)]


def clear(data: Path) -> None:
    """
    Wait for the orphans of a killed postmaster, then end them; remove the pid file that nobody stands behind.

    Orphans leave by themselves when they notice, but one in the middle of a long query notices late, and a
    new server must never write beside it: with the pid file goes PostgreSQL's own guard against that.
    """
    for how, patience in ((None, 3.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 30.0)):
        orphans = members(data)
        if how:
            for pid in orphans:
                tell(pid, how)
        if gone(data, patience):
            break
    else:
        raise Failure(f"PostgreSQL processes of {data} cannot be ended: {', '.join(map(str, members(data)))}.")
    (data / "postmaster.pid").unlink(missing_ok=True)


def gone(data: Path, patience: float) -> bool:
    """Wait until no process of the cluster is left; False when that takes longer than ``patience``."""
    until = time.monotonic() + patience
    while members(data):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def tell(pid: int, how: signal.Signals) -> None:
    """Send a signal to a process that may have ended meanwhile."""
    with suppress(ProcessLookupError):
        os.kill(pid, how)


def _works_in(pid: int, data: Path) -> bool:
    try:
        program = os.path.basename(os.readlink(f"/proc/{pid}/exe"))
        works, ours = os.stat(f"/proc/{pid}/cwd"), os.stat(data)
    except OSError:
        return False
    # After an upgrade the kernel calls a running program "postgres (deleted)".
    return program.split(" ")[0] == "postgres" and (works.st_dev, works.st_ino) == (ours.st_dev, ours.st_ino)
