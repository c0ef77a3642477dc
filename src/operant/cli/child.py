"""
What `operant up` runs: `python -m operant.cli.child web|worker PARENT GATE`.

A child loads the program, then waits at its gate, a socket, until the supervisor hands it what it works with. So
a warm start loads while settings are read and the database starts. In a new home there is nothing to load from
yet, and the child waits first.

A child ends when its supervisor dies, even by kill -9: two houses at one database would be one too many.
"""

import ctypes
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable

from operant.cli import house
from operant.cli.failures import BadInput

PR_SET_PDEATHSIG = 1


def main() -> None:
    name, parent, gate = sys.argv[1:]
    _end_with(int(parent))
    # The program itself is never garbage: looked through again and again, it held up its own loading by a tenth, and
    # requests by 0.1 s each time.
    gc.disable()
    load = {"web": _web, "worker": _worker}[name]
    ready = load() if _is_prepared() else None
    handed = _wait(int(gate))
    work = ready or load()
    gc.collect()
    gc.freeze()
    gc.enable()
    work(handed)


def _end_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("The supervisor ended before this process began.")


def _is_prepared() -> bool:
    try:
        settings = house.settings()
    except BadInput:
        sys.exit(2)  # the supervisor finds the same and says so
    where = settings.DATABASE_URL or (settings.OPERANT_HOME / "run" / "postgres.json").exists()
    return bool(where) and (settings.OPERANT_HOME / "secrets" / "ot_app").exists()


def _wait(gate: int) -> list[int]:
    with socket.socket(fileno=gate) as supervisor:
        opened, descriptors, _, _ = socket.recv_fds(supervisor, 1, 8)
    if not opened:
        sys.exit("The supervisor did not open the gate.")
    return descriptors


def _web() -> Callable[[list[int]], None]:
    house.share_connections(20)
    import uvicorn

    from operant.config.asgi import application
    from operant.config.heads import BoundedHeads
    from operant.config.urls import urlpatterns  # noqa: F401  the first request would wait for it

    config = uvicorn.Config(
        application,
        loop="uvloop",
        http=BoundedHeads,
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

    def serve(handed: list[int]) -> None:
        uvicorn.Server(config).run(sockets=[socket.socket(fileno=handed[0])])

    return serve


def _worker() -> Callable[[list[int]], None]:
    house.share_connections(house.OF_A_WORKER)
    house.django()
    from operant.platform.queue.worker import run_worker

    return lambda handed: _work(run_worker)


def _work(run_worker: Callable[[], None]) -> None:
    from operant.platform.observing import processes
    from operant.platform.tenancy.audit import NotIsolated

    try:
        with processes.worker():
            run_worker()
    except NotIsolated as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
