"""The database that `init` and `migrate` work on, and the lock that lets one of them work at a time."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from operant.cli.failures import Failure
from operant.cli.postgres import Server
from operant.config import databases
from operant.config.env import Settings

LOCK = 0x6F706572616E74  # "operant"


def administrator(settings: Settings, server: Server | None) -> dict[str, Any] | None:
    """
    Return connection parameters of a role that may create roles and databases.

    None when the settings hold finished roles only (DATABASE_URL beside DATABASE_OWNER_URL).
    """
    if server:
        return server.superuser_parameters()
    if settings.DATABASE_OWNER_URL:
        return None
    named = databases.from_url(settings.DATABASE_URL)
    try:
        psycopg.connect(**named).close()
    except psycopg.OperationalError:
        # On the first start the database that the address names does not exist yet.
        psycopg.connect(**{**named, "dbname": "postgres"}).close()
        return named | {"dbname": "postgres"}
    return named


def name(settings: Settings) -> str:
    """Return the name of Operant's database."""
    return str(databases.direct(settings)["dbname"])


def serving(settings: Settings) -> dict[str, Any]:
    """Return connection parameters of the role that serves requests."""
    return databases.direct(settings)


@contextmanager
def alone(parameters: Mapping[str, Any], say: Callable[[str], None]) -> Iterator[None]:
    """Let one process at a time change roles and tables; others wait for it."""
    with psycopg.connect(**parameters, autocommit=True) as connection:
        began = told = time.monotonic()
        while not connection.execute("SELECT pg_catalog.pg_try_advisory_lock(%s)", [LOCK]).fetchone()[0]:
            if time.monotonic() - told > 3:
                told = time.monotonic()
                say(f"Waiting for another process that is changing this database ({told - began:.0f} s).")
            time.sleep(0.1)
        try:
            yield
        finally:
            if not connection.closed:
                connection.execute("SELECT pg_catalog.pg_advisory_unlock(%s)", [LOCK])


def reachable(parameters: Mapping[str, Any]) -> str:
    """
    Return the server's version.

    :raises Failure: when it cannot be reached or is too old.
    """
    with psycopg.connect(**parameters, connect_timeout=10) as connection:
        version = connection.info.server_version
        if version < 150000:
            raise Failure(f"The server runs PostgreSQL {version // 10000}; Operant needs 15 or newer.")
        return str(connection.execute("SHOW server_version").fetchone()[0])


def is_empty(settings: Settings) -> bool:
    """Return whether nobody has an account yet. Asked as the owner of the tables: people are hidden from who serves."""
    with psycopg.connect(**databases.owner(settings) | {"options": "-c app.migrating=on"}) as connection:
        return not connection.execute("SELECT EXISTS (SELECT FROM accounts_person)").fetchone()[0]
