"""The server's end of the nursery: starts it, keeps it, gets fresh sandbox processes from it, and has the next ones ready."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from operant.platform.afterwards import afterwards

from .cell import wire
from .outcomes import SandboxBroken

_HERE = Path(__file__).parent
PATHS = "import sys; sys.path[:0] = sys.argv[2:]"
START = "from cell.nursery import main; main(int(sys.argv[1]))"
_START_SECONDS = 30
_ATTEMPTS = 2


class Cell:
    """One sandbox process: a socket to it and the right to end it, whatever its process id has become."""

    def __init__(self, sock: socket.socket, process: int, ended: Callable[[], None]) -> None:
        self.sock, self._process, self._ended = sock, process, ended

    @property
    def lives(self) -> bool:
        ended = select.poll()
        ended.register(self._process, select.POLLIN)
        return not ended.poll(0)

    def end(self) -> None:
        self.discard()
        # Making the next ones would take its time from the answer that this one gave.
        afterwards(self._ended)

    def discard(self) -> None:
        try:
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        except ProcessLookupError:
            pass
        finally:
            os.close(self._process)
            self.sock.close()


class Nursery:
    """
    One per server process, started by the first call; started again when it has died.

    Once a process has ended, so many fresh ones are kept `ready`. They know nothing yet, and each serves one call.
    """

    def __init__(self, *, start: str = START, beside: list[str] = (), ready: int = 0) -> None:
        self._start_code, self._beside = f"{PATHS}; {start}", list(beside)
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen | None = None
        self._owner = 0
        self._most_ready, self._ready = ready, deque[socket.socket]()
        self.strength: dict = {}

    def cell(self) -> Cell:
        """
        A fresh sandbox process, confined as far as is possible before its job is known.

        :raises SandboxBroken: when none could be made.
        """
        with self._lock:
            for _ in range(_ATTEMPTS):
                self._be_alive()
                # It may have died since the last call, or had no room for one more, for example under memory pressure.
                with contextlib.suppress(OSError, wire.Closed):
                    return self._prepared() or self._born(self._asked())
        raise SandboxBroken("No process could be made for this. Try again in a moment.")

    def be_alive(self) -> dict:
        """Start the nursery unless it runs; returns how strong its walls are."""
        with self._lock:
            self._be_alive()
            return dict(self.strength)

    def get_ready(self) -> None:
        """Start the nursery, and have its processes made, before anything is asked; returns at once."""
        if self._process is None or self._owner != os.getpid():
            threading.Thread(target=self._warm_up, daemon=True).start()

    def _warm_up(self) -> None:
        # Whoever asks next tries again, and is told why it fails.
        with contextlib.suppress(SandboxBroken, OSError):
            self.be_alive()
            self._refill()

    def has_ended(self) -> bool:
        """Return whether the one that makes the processes is gone, and with it those that it made."""
        with self._lock:
            if self._process is None:
                return True
            # Others are not kept waiting for what is looked for here, and may start it anew meanwhile.
            control = self._control.dup()
        with control:
            # Where both are killed at once, a process may be seen to end before the one that made it.
            return _has_hung_up(control, within=0.2)

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _be_alive(self) -> None:
        # After a fork of the server the nursery belongs to the other process.
        if self._process is None or self._owner != os.getpid() or _has_hung_up(self._control):
            self._start()

    def _start(self) -> None:
        self._stop()
        ours, theirs = socket.socketpair()
        paths = [str(_HERE), str(Path(find_spec("duckdb").origin).parents[1]), *self._beside]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", self._start_code, str(theirs.fileno()), *paths],
            # SQLite looks once, when it is loaded, for where sorting may spill: the folder of each job is the one it can write to.
            env={"LANG": "C.UTF-8", "TZ": "UTC", "SQLITE_TMPDIR": "."},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self._control, self._owner = ours, os.getpid()
        ours.settimeout(_START_SECONDS)
        try:
            self.strength, _ = wire.receive(ours, 10_000)
        except (OSError, wire.Closed) as error:
            raise SandboxBroken("The sandbox did not start; its reason is in the server's log.") from error

    def _stop(self) -> None:
        control, process = self._control, self._process
        self._control = self._process = None
        while self._ready:
            self._ready.pop().close()
        if control is not None:
            control.close()
        if process is not None and self._owner == os.getpid():
            # It ends by itself when its socket closes, and its children with it.
            try:
                process.wait(_START_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _prepared(self) -> Cell | None:
        """One that was made before it was wanted, unless all of these have been ended meanwhile, say for want of memory."""
        while self._ready:
            with contextlib.suppress(OSError, wire.Closed):
                cell = self._born(self._ready.popleft())
                if cell.lives:
                    return cell
                cell.discard()
        return None

    def _asked(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout(_START_SECONDS)
        with theirs:
            try:
                socket.send_fds(self._control, [b"j"], [theirs.fileno()])
            except BaseException:
                ours.close()
                raise
        return ours

    def _born(self, ours: socket.socket) -> Cell:
        try:
            _, (process,) = wire.receive(ours, 10_000, most_files=1)
        except BaseException:
            ours.close()
            raise
        return Cell(ours, process, self._refill)

    def _refill(self) -> None:
        # Not before a call has ended: what is made meanwhile would take its time from it.
        with self._lock:
            if self._process is None or self._owner != os.getpid() or _has_hung_up(self._control):
                return
            with contextlib.suppress(OSError):
                while len(self._ready) < self._most_ready:
                    self._ready.append(self._asked())


def _has_hung_up(control: socket.socket, *, within: float = 0) -> bool:
    # A process that is being killed closes its sockets before its end can be seen.
    ended = select.poll()
    ended.register(control, select.POLLHUP)
    return bool(ended.poll(within * 1000))
