"""
What `operant up` runs: `python -m operant.cli.child web|worker PARENT GATE [LISTENING SOCKET]`.

A child loads everything it needs, then waits at its gate, a pipe, until the supervisor writes one byte; `-` is
no gate. So a warm start loads the program while the database starts.

A child ends when its supervisor dies, even by kill -9: two houses at one database would be one too many.
"""

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial

from operant.cli import house

PR_SET_PDEATHSIG = 1


def main() -> None:
    name, parent, gate, *rest = sys.argv[1:]
    _end_with(int(parent))
    house.settings()
    work = _web(int(rest[0])) if name == "web" else _worker()
    if gate != "-" and os.read(int(gate), 1) != b"+":
        sys.exit("The supervisor did not open the gate.")
    work()


def _end_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("The supervisor ended before this process began.")


def _web(descriptor: int) -> Callable[[], None]:
    os.environ["OPERANT_POOL"] = "1"
    import uvicorn

    from operant.config.asgi import application

    config = uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=3,
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        # OPERANT_TRUSTED_PROXIES decides who may name the client, not that the peer is on this machine.
        proxy_headers=False,
    )
    return partial(uvicorn.Server(config).run, sockets=[socket.socket(fileno=descriptor)])


def _worker() -> Callable[[], None]:
    house.django()
    from operant.platform.queue.worker import run_worker

    return run_worker


if __name__ == "__main__":
    main()
