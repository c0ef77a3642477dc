"""PgBouncer in transaction mode before the test database: clients share fewer connections than there are clients."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .waiting import free_port, until

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MISSING = "PgBouncer is not installed; as root: apt-get install -y pgbouncer"
PATIENCE = 10


@contextmanager
def pooled(server: Mapping[str, Any], passwords: Mapping[str, str], *, size: int) -> Iterator[str]:
    """
    Run PgBouncer before a server. Yield `host:port`, where each role of `passwords` may log in.

    :param size: how many connections to the server each role has, however many clients there are.
    """
    if not PROGRAM:
        raise RuntimeError(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="operant-pooler-"))
    port = free_port()
    (folder / "users").write_text("".join(f'"{role}" "{secret}"\n' for role, secret in passwords.items()))
    (folder / "pgbouncer.ini").write_text(_settings(server, folder, port, size))
    process = subprocess.Popen(
        [PROGRAM, "-q", folder / "pgbouncer.ini"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, **_account(server, folder),
    )  # fmt: skip
    try:
        _wait(process, port, folder)
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def address(place: str, role: str, password: str, database: str) -> str:
    """Return the address of a database behind the pooler."""
    return f"postgresql://{role}:{quote(password, safe='')}@{place}/{database}"


def _settings(server: Mapping[str, Any], folder: Path, port: int, size: int) -> str:
    host = str(server["host"]).replace("'", "''")
    return f"""[databases]
* = host='{host}' port={server["port"]}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder / "users"}
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
query_wait_timeout = 30
logfile = {folder / "log"}
"""


def _account(server: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    # It refuses to run as root, and the server's socket is for the server's user only.
    if os.geteuid() != 0:
        return {}
    at = Path(server["host"])
    owner = at.stat() if at.is_dir() else Path(tempfile.gettempdir()).stat()
    user, group = (owner.st_uid, owner.st_gid) if owner.st_uid else (65534, 65534)
    for path in (folder, *folder.iterdir()):
        os.chown(path, user, group)
    return {"user": user, "group": group, "extra_groups": []}


def _wait(process: subprocess.Popen, port: int, folder: Path) -> None:
    until(lambda: process.poll() is not None or _listens(port), "PgBouncer", PATIENCE)
    if process.poll() is not None:
        log = folder / "log"
        raise RuntimeError(f"PgBouncer does not answer. {log.read_text() if log.exists() else ''}")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
