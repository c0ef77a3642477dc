"""pg_dump as a stream, in a snapshot that we hold."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo

from operant.platform.refusals import Refusal

from .digests import LEFT_OUT

_PIECE = 1 << 20
_COMMON = ("--format=plain", "--no-owner", "--no-comments", "--encoding=UTF8", "--lock-wait-timeout=60s")
# The structure of `app`, and what of the catalog is closed to everybody, is made by `operant init`; the signing key
# belongs to an installation, not to its data, and what sessions remember of checked contexts to nobody else.
TABLES = ("--exclude-schema=app", "--exclude-schema=pg_catalog", *(f"--exclude-table-data=public.{name}" for name in LEFT_OUT))
REGISTERS = ("--data-only", "--schema=app", "--exclude-table=app.signing_key", "--exclude-table=app.*_seen")


@contextmanager
def snapshot(parameters: Mapping[str, Any]) -> Iterator[tuple[psycopg.Connection, str]]:
    """Give a connection that sees one moment of the database, and the name by which pg_dump sees the same."""
    with psycopg.connect(**parameters) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield connection, connection.execute("SELECT pg_export_snapshot()").fetchone()[0]


def dump(program: Path, parameters: Mapping[str, Any], name: str, what: tuple[str, ...]) -> Iterator[bytes]:
    """
    Return what pg_dump writes.

    :raises Refusal: with its last words, when it does not succeed.
    """
    named = {key: value for key, value in parameters.items() if key != "password"}
    # The owner sees everything by policies; ot_backup passes them, and pg_dump fails should that ever end.
    policies = ("--enable-row-security",) if "app.migrating" in str(parameters.get("options")) else ()
    command = [program, *_COMMON, *policies, *what, f"--snapshot={name}", f"--dbname={conninfo.make_conninfo(**named)}"]
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PGPASSWORD": str(parameters.get("password", ""))}
    with tempfile.TemporaryFile() as words:
        # Nobody but us may stop it: Ctrl-C reaches us, and we end it.
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=words,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield from iter(lambda: process.stdout.read(_PIECE), b"")
        finally:
            process.stdout.close()
            if process.poll() is None:
                process.terminate()
            process.wait()
        if process.returncode:
            words.seek(0)
            raise Refusal(f"pg_dump did not succeed: {_told(words.read().decode(errors='replace'))}")


def check(program: Path, connection: psycopg.Connection) -> None:
    """
    Make sure that this pg_dump can read this server.

    :raises Refusal: when it is missing or older than the server.
    """
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refusal(f"{program} could not be run ({error}). Name PostgreSQL's programs in OPERANT_POSTGRES_BIN.") from None
    major = int(re.search(r"\d+", said)[0])
    if major < connection.info.server_version // 10000:
        raise Refusal(
            f"{program} is version {major} and the server {connection.info.server_version // 10000}: name a folder with "
            "newer programs in OPERANT_POSTGRES_BIN."
        )


def _told(words: str) -> str:
    lines = [line.removeprefix("pg_dump: ").strip() for line in words.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith("error: ")), lines[-1] if lines else "it said nothing")
