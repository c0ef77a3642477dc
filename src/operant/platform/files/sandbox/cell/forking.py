"""A process that forks another one for every socket it is handed, until its server ends."""

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable

from . import kernel, wire


def serve(
    control: socket.socket, strength: dict, work: Callable[[socket.socket], None], prepare: Callable[[], None] = lambda: None
) -> None:
    """
    Say that all is ready, then fork for every socket that arrives; a child works on it once, and is gone.

    It may wait long for its work: each child can `prepare` itself before.
    """
    # Children are not waited for: the server learns of their end from their socket.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # A service manager asks every process of a service to end. What was begun is still wanted: the server says how long.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    wire.send(control, strength)
    while job := _next(control):
        if _forked() == 0:
            control.close()
            _child(job, prepare, work)
        job.close()


def _next(control: socket.socket) -> socket.socket | None:
    """The socket of the next job; None when the server has ended."""
    _go, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
    return socket.socket(fileno=descriptors[0]) if descriptors else None


def _forked() -> int | None:
    """As os.fork; None when there is no room for another process: those that were made before go on."""
    try:
        return os.fork()
    except OSError as error:
        _say(f"No process could be made for a call: {error.strerror}.")
        return None


def _child(job: socket.socket, prepare: Callable[[], None], work: Callable[[socket.socket], None]) -> None:
    try:
        kernel.die_with_parent()
        wire.send(job, {}, [os.pidfd_open(os.getpid())])
        prepare()
        work(job)
    except (ConnectionError, wire.Closed):
        pass  # whoever asked is gone
    except BaseException as fault:
        # Where, and not what: the text of an error may hold what only this one call was told.
        _say(f"A process made for one call failed: {type(fault).__name__}\n{''.join(traceback.format_tb(fault.__traceback__))}")
        os._exit(1)
    finally:
        # No destructors, no atexit: threads of a library may still run, and nothing here outlives the process.
        os._exit(0)


def _say(what: str) -> None:
    # The server's own standard error: its log.
    print(what, file=sys.stderr, flush=True)
