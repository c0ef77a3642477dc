"""The process that makes sandbox processes.

It starts once, loads Python and DuckDB, opens one empty in-memory database and then only forks: a child costs a few
milliseconds instead of half a second, does one job and ends. The nursery itself never sees a file or a query, so
nothing of one organization can reach another.
"""

import os
import signal
import socket
import sys

from . import confine, engine, kernel, tasks, wire

_MOST_REQUEST = 4 << 20


def main(control_descriptor: int) -> None:
    control = socket.socket(fileno=control_descriptor)
    strength = confine.the_nursery()
    # Children are not waited for: the server learns of their end from their socket.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    empty = engine.Engine()
    wire.send(control, strength)
    while job := _next(control):
        if os.fork() == 0:
            control.close()
            _child(job, empty)
        job.close()


def _next(control: socket.socket) -> socket.socket | None:
    """The socket of the next job; None when the server has ended."""
    _go, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
    return socket.socket(fileno=descriptors[0]) if descriptors else None


def _child(job: socket.socket, empty: "engine.Engine") -> None:
    try:
        kernel.die_with_parent()
        wire.send(job, {}, [os.pidfd_open(os.getpid())])
        request, (folder, *files) = wire.receive(job, _MOST_REQUEST)
        confine.this_process(request["limits"], files, folder)
        wire.send_text(job, tasks.do(empty, request, files))
    except (OSError, wire.Closed):
        pass
    finally:
        # No destructors, no atexit: threads of DuckDB may still run, and nothing here outlives the process.
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
