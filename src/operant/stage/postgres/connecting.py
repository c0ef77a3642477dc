"""From a judged address to a session: connect, TLS, sign in, each told as it is reached. Runs in a process of its own."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from psycopg import conninfo, pq
from psycopg.pq import ConnStatus, PollingStatus

from ..calls import complaints as calls
from ..calls import waiting
from ..calls.database import Place
from ..calls.reaching import Reached, first, once
from ..stepping import Unreachable
from . import complaints
from .database import Database
from .session import Session

# The kernel's own buffer is kept small, so that what is counted after each read cannot have grown far.
_RECEIVE_BUFFER = 1 << 18
# Certificates, settings and a notice or two take some thousand bytes.
_MOST_BYTES = 1 << 18
_REACHED = {
    ConnStatus.STARTED: "connect", ConnStatus.MADE: "tls", ConnStatus.SSL_STARTUP: "tls",
    ConnStatus.AWAITING_RESPONSE: "sign_in", ConnStatus.AUTHENTICATING: "sign_in", ConnStatus.AUTH_OK: "sign_in",
}  # fmt: skip


@contextmanager
def session(database: Database, place: Place, reached: Reached) -> Iterator[Session]:
    """
    Open a session; `reached` is told once of each step that begins after connect: tls, sign_in, read.

    :raises Unreachable: when there is none in time.
    """
    authority = _written(database.authority) if database.authority else None
    tell = once(reached)

    def connect(address: str, until: float) -> Session:
        parameters = database.parameters(place.host, address, authority)
        return _connected(database, conninfo.make_conninfo(**parameters), until, tell)

    with closing(first(database, place, connect)) as opened:
        reached("read")
        yield opened


def warm_up() -> None:
    """This function will do what a sign-in does, with nobody at the other end: what libraries make on first use is made then."""
    nobody = pq.PGconn.connect_start(b"host=/dev/null user=nobody connect_timeout=1")
    nobody.encrypt_password(b"-", b"-", b"scram-sha-256")
    nobody.finish()


def _written(authority: str) -> Path:
    # libpq reads authorities from a file, also when it connects once more to cancel. This one is gone with the process.
    descriptor = os.memfd_create("authority")
    with open(descriptor, "w", encoding="ascii", errors="replace", closefd=False) as file:
        file.write(authority)
    return Path(f"/proc/self/fd/{descriptor}")


def _connected(database: Database, parameters: str, until: float, reached: Reached) -> Session:
    wire = pq.PGconn.connect_start(parameters.encode())
    step = "connect"
    try:
        _keep_small(wire)
        while (answer := _polled(wire)) != PollingStatus.OK:
            before, step = step, _REACHED.get(ConnStatus(wire.status), step)
            if step == "tls" and database.tls == "off":
                step = "sign_in"
            if step != before:
                reached(step)
            if answer == PollingStatus.FAILED:
                raise complaints.of_connecting(wire.get_error_message("utf-8"), step, database)
            waiting.until_ready(wire.socket, reading=answer == PollingStatus.READING, deadline=until)
    except waiting.TooLate:
        wire.finish()
        raise calls.of_silence(step, database) from None
    except BaseException:
        wire.finish()
        raise
    return Session(wire, database)


def _polled(wire: pq.PGconn) -> PollingStatus:
    answer = PollingStatus(wire.connect_poll())
    if answer != PollingStatus.FAILED:
        with waiting.borrowed(wire.socket) as opened:
            if waiting.received(opened) > _MOST_BYTES:
                said = "The database sent too much before it let anybody in."
                raise Unreachable("sign_in", said, "Check that it is PostgreSQL that answers there.")
    return answer


def _keep_small(wire: pq.PGconn) -> None:
    if wire.status != ConnStatus.BAD:
        with waiting.borrowed(wire.socket) as opened:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
