"""From a database to a session: look up, connect, TLS, sign in, each told as it is reached."""

import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from psycopg import conninfo, pq
from psycopg.pq import ConnStatus, PollingStatus

from operant.platform import outgoing
from operant.platform.refusals import Refusal

from . import complaints, waiting
from .complaints import Unreachable
from .database import Database
from .session import Session

SECONDS = 8
# The kernel's own buffer is kept small, so that what is counted after each read cannot have grown far.
_RECEIVE_BUFFER = 1 << 18
# Certificates, settings and a notice or two take some thousand bytes.
_MOST_BYTES = 1 << 18
_REACHED = {
    ConnStatus.STARTED: "connect", ConnStatus.MADE: "tls", ConnStatus.SSL_STARTUP: "tls",
    ConnStatus.AWAITING_RESPONSE: "sign_in", ConnStatus.AUTHENTICATING: "sign_in", ConnStatus.AUTH_OK: "sign_in",
}  # fmt: skip
Reached = Callable[[str], None]


def _quietly(step: str) -> None:
    return None


@contextmanager
def session(database: Database, reached: Reached = _quietly) -> Iterator[Session]:
    """
    Open a session; `reached` is told each step that begins: resolve, connect, tls, sign_in.

    :raises Unreachable: when there is none within `SECONDS`.
    """
    deadline = time.monotonic() + SECONDS
    reached("resolve")
    target = _target(database)
    # libpq reads authorities from a file, also when it connects once more to cancel.
    with tempfile.TemporaryDirectory(prefix="operant-authority-") as folder:
        authority = _written(database, Path(folder))
        with closing(_first(database, target, authority, deadline, reached)) as opened:
            yield opened


def _target(database: Database) -> outgoing.Target:
    try:
        return outgoing.resolve(database.host, database.port, asker=database.asker)
    except Refusal as refused:
        raise Unreachable("resolve", refused.sentence) from None


def _written(database: Database, folder: Path) -> Path | None:
    if not database.authority:
        return None
    path = folder / "authority.pem"
    path.write_text(database.authority, encoding="ascii", errors="replace")
    return path


def _first(
    database: Database, target: outgoing.Target, authority: Path | None, deadline: float, reached: Reached
) -> Session:
    """Return a session with the first address that answers; only one that cannot be connected to gives way to the next."""
    failure = None
    for number, address in enumerate(target.addresses):
        left = len(target.addresses) - number
        until = time.monotonic() + (deadline - time.monotonic()) / left
        parameters = database.parameters(target.host, address, authority)
        try:
            return _connected(database, conninfo.make_conninfo(**parameters), until, reached)
        except Unreachable as error:
            failure = error
            if error.step != "connect":
                break
    raise failure or complaints.of_silence("connect", database)


def _connected(database: Database, parameters: str, until: float, reached: Reached) -> Session:
    wire = pq.PGconn.connect_start(parameters.encode())
    step = "connect"
    try:
        _keep_small(wire)
        reached(step)
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
        raise complaints.of_silence(step, database) from None
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
