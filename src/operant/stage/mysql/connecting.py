"""From a judged address to a session: connect, TLS, sign in, each told as it is reached. Runs in a process of its own."""

import math
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

from pymysql.err import Error

from ..calls import complaints as calls
from ..calls import waiting
from ..calls.database import Place
from ..calls.reaching import Reached, first, once
from ..stepping import Unreachable
from . import complaints
from .database import Database
from .session import Session
from .watching import TooMuch, Watch
from .wire import Wire

# Certificates, settings and a notice or two take some thousand bytes.
_MOST_BYTES = 1 << 18


@contextmanager
def session(database: Database, place: Place, reached: Reached) -> Iterator[Session]:
    """
    Open a session; `reached` is told once of each step that begins after connect: tls, sign_in, read.

    :raises Unreachable: when there is none in time.
    """
    tell = once(reached)
    with Watch() as watch:

        def connect(address: str, until: float) -> Session:
            watch.allow(until=until, most_bytes=_MOST_BYTES)
            wire = _connected(database, place.host, address, tell, watch)
            return Session(wire, watch, lambda running: _kill(database, place.host, address, running, watch))

        with closing(first(database, place, connect)) as opened:
            # Nothing is waited for until a question begins.
            watch.allow(until=math.inf)
            reached("read")
            yield opened


def _connected(database: Database, host: str, address: str, reached: Reached, watch: Watch) -> Wire:
    step = "connect"

    def at(name: str) -> None:
        nonlocal step
        step = name
        reached(name)

    try:
        # An address is no name: nothing is looked up again.
        opened = socket.create_connection((address, database.port))
        watch.follow(opened)
        at("sign_in" if database.tls == "off" else "tls")
        wire = Wire(database, host, at)
        wire.connect(opened)
    except waiting.TooLate:
        raise calls.of_silence(step, database) from None
    except TooMuch:
        said = "The database sent too much before it let anybody in."
        raise Unreachable("sign_in", said, f"Check that it is {database.product} that answers there.") from None
    except (OSError, Error) as error:
        raise complaints.of_connecting(error, step, database) from None
    except MemoryError:
        raise
    except Exception:
        # PyMySQL reads what an enemy may have written, and fails in many ways.
        raise complaints.of_nonsense(database) from None
    return wire


def _kill(database: Database, host: str, address: str, running: int, watch: Watch) -> None:
    """End a statement that still runs: a server that computes does not notice that nobody waits any more."""
    watch.leave()
    try:
        with closing(_connected(database, host, address, lambda step: None, watch)) as other:
            other.query(f"KILL QUERY {running:d}")
    except (Unreachable, Error, waiting.TooLate, TooMuch):
        return  # the server's own limit ends the statement
