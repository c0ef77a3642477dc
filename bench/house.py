"""The house that is measured: `operant up` in a home of its own, and what fills it."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import psutil
import psycopg

from bench.processes import ROOT, Process, free_port, memory
from operant.cli import homes

# Two runs at a time need two homes.
HOME = ROOT / (os.environ.get("BENCH_HOME") or ".operant-bench")
SPACE = UUID("9a8a3a5a-5df5-4c75-9e2f-8a9d3c1f7b10")
HOST = "localhost"


class House:
    """
    A running house: its port, its database, and its processes by name.

    :raises BadInput: when its folder holds other things, for it is emptied before and after.
    """

    def __init__(self) -> None:
        homes.claim(HOME)
        self.port, self.upstream_port = free_port(), free_port()
        self.environment = {
            "OPERANT_HOME": str(HOME), "PORT": str(self.port), "PUBLIC_URL": f"http://{HOST}:{self.port}",
            # A customer's database that groups connect (`door`).
            "OPERANT_PRIVATE_NETWORKS": f"127.0.0.1:{self.upstream_port}",
        }  # fmt: skip

    def start(self) -> None:
        """Begin with an empty home, start the program, and set Django up in this process too."""
        for name in [name for name in os.environ if name.startswith(("OPERANT_", "DATABASE_")) or name in {"HOST", "PORT"}]:
            del os.environ[name]
        os.environ |= self.environment
        forget(HOME)
        self.program = Process("operant", [Path(sys.executable).with_name("operant"), "up"])
        self.program.until_answers(self.port)
        from operant.cli import house
        from operant.cli.postgres import Server

        self.server = Server(HOME).start()
        house.django()

    def stop(self) -> None:
        """End the program and its database."""
        if hasattr(self, "program"):
            self.program.end()
        if hasattr(self, "server"):
            self.server.stop()
        forget(HOME)

    def dsn(self, database: str = "operant") -> str:
        """Return the address of a database on the house's server, for its administrator."""
        return self.server.dsn("postgres", database)

    def server_socket(self) -> str:
        """Return the path at which the house's database server listens."""
        with self.administrator("postgres") as connection:
            folder, port = connection.info.host, connection.info.port
        return f"{folder}/.s.PGSQL.{port}"

    @contextmanager
    def administrator(self, database: str = "operant") -> Iterator[psycopg.Connection]:
        """Connect past row security; what is loaded is checked by nobody."""
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            yield connection

    def database(self, name: str) -> str:
        """Make an empty database for a peer on the same server, and return its address."""
        with self.administrator("postgres") as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.dsn(name)

    def settle(self) -> None:
        """Do now what PostgreSQL would do later, in the middle of what is measured next."""
        with self.administrator() as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    def web(self) -> int:
        """Return the process that answers requests."""
        return self._child("web").pid

    def web_memory(self) -> int:
        return memory(self.web())

    def seconds_computed(self) -> dict[str, float]:
        """Return what each part of the house has computed so far, PostgreSQL with those of its processes that live."""
        parts = {"web": [self._child("web")], "worker": self._family(self._child("worker"))}
        parts["postgres"] = self._family(psutil.Process(self._postmaster()))
        return {name: sum(map(_computed, each)) for name, each in parts.items()}

    def _child(self, name: str) -> psutil.Process:
        for each in psutil.Process(self.program.popen.pid).children(recursive=True):
            if ["operant.cli.child", name] == each.cmdline()[2:4]:
                return each
        raise LookupError(f"{name} does not run; see {self.program.log}.")

    def _postmaster(self) -> int:
        with psycopg.connect(self.dsn()) as connection:
            folder = connection.execute("SHOW data_directory").fetchone()[0]
        return int((Path(folder) / "postmaster.pid").read_text().split("\n")[0])

    def _family(self, process: psutil.Process) -> list[psutil.Process]:
        return [process, *process.children(recursive=True)]


def forget(home: Path) -> None:
    """Remove a home, and its database where that lies elsewhere."""
    elsewhere = home / "postgres"
    if elsewhere.is_symlink():
        shutil.rmtree(elsewhere.readlink().parent, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def organization_id(number: int) -> UUID:
    """Return the id of the bench's organization with this number."""
    return uuid5(SPACE, f"organization {number}")


def _computed(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    # A postmaster keeps what its ended children computed.
    return times.user + times.system + times.children_user + times.children_system


def settings(house: House) -> dict[str, Any]:
    """Return what both sides run on."""
    with house.administrator() as connection:
        version = connection.execute("SHOW server_version").fetchone()[0]
        durable = connection.execute("SHOW synchronous_commit").fetchone()[0]
    return {"PostgreSQL": version, "synchronous_commit": durable}
