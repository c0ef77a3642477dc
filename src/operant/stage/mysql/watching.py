"""A bell that rings many times a second and ends what takes too long or brings too much, wherever it waits."""

import math
import signal
import socket
import time
from types import FrameType
from typing import Any

from ..calls import waiting

_EVERY_SECONDS = 0.05


class TooMuch(Exception):
    """More bytes came than may."""


class Watch:
    """
    Raises what it was given out of whatever runs inside the block, in a process's main thread.

    PyMySQL waits for each piece of an answer by itself, and a server may send its pieces for ever.
    """

    def __init__(self) -> None:
        self._deadline, self._most = math.inf, math.inf
        self._late: Exception = waiting.TooLate()
        self._much: Exception = TooMuch()
        self._socket: socket.socket | None = None

    def __enter__(self) -> "Watch":
        self._before = signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, _EVERY_SECONDS, _EVERY_SECONDS)
        return self

    def __exit__(self, *error: Any) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)
        self.leave()

    def follow(self, opened: socket.socket) -> None:
        """Count what this connection receives from now on."""
        self.leave()
        # A descriptor of its own: TLS takes the other one over.
        self._socket = opened.dup()

    def leave(self) -> None:
        """Count no more."""
        followed, self._socket = self._socket, None
        if followed is not None:
            followed.close()

    def allow(
        self, *, until: float, late: Exception | None = None, most_bytes: float = math.inf, much: Exception | None = None
    ) -> None:
        """Let what follows take until then by the monotonic clock, and receive so much more."""
        self._deadline, self._most = until, self._received() + most_bytes
        self._late, self._much = late or waiting.TooLate(), much or TooMuch()

    def _received(self) -> int:
        return waiting.received(self._socket) if self._socket else 0

    def _ring(self, number: int, frame: FrameType | None) -> None:
        # It rings on until something else is allowed: one raise may be caught on its way by whoever knows nothing of it.
        if time.monotonic() >= self._deadline:
            raise self._late
        if self._received() > self._most:
            raise self._much
