"""
What `operant up` runs as its children: `python -m operant.cli.child web|worker PARENT [LISTENING SOCKET]`.

A child ends when its supervisor dies, even by kill -9: two houses at one database would be one too many.
"""

import ctypes
import os
import signal
import socket
import sys

from operant.cli import house

PR_SET_PDEATHSIG = 1


def main() -> None:
    name, parent, *rest = sys.argv[1:]
    _end_with(int(parent))
    house.settings()
    if name == "web":
        _web(int(rest[0]))
    else:
        _worker()


def _end_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("The supervisor ended before this process began.")


def _web(descriptor: int) -> None:
    import uvicorn

    os.environ["OPERANT_POOL"] = "1"
    config = uvicorn.Config(
        "operant.config.asgi:application",
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
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


def _worker() -> None:
    house.django()
    from operant.platform.queue.worker import run_worker

    run_worker()


if __name__ == "__main__":
    main()
