"""pytest's early plugin: a PostgreSQL of our own, a home, and the environment, before Django's settings are read."""

import atexit
import gc
import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

from operant.cli import homes
from operant.cli.passwords import password
from operant.cli.postgres import Server
from operant.config.databases import from_url
from operant.platform.crypto.keys import ensure_keys
from operant.platform.tenancy.install import LOGIN, install

from . import pooler

ROOT = Path(__file__).resolve().parents[3]
# Two sessions at a time need two homes; each has a server of its own.
HOME = ROOT / (os.environ.get("TEST_HOME") or ".operant-test")
DATABASE = "operant_test"
ADMIN: dict[str, Any] = {}
"""Connection parameters of the server's administrator."""


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of every later search for garbage: that took a tenth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 50)


def _environment() -> None:
    # Without bytecode every process that a test starts would compile all that it loads anew, and so would the next run.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    for name in [name for name in os.environ if name.startswith("OPERANT_")]:
        del os.environ[name]
    homes.claim(HOME)
    ensure_keys(HOME)
    for folder in ("outbox", "files"):
        shutil.rmtree(HOME / folder, ignore_errors=True)
    (HOME / "static").mkdir(exist_ok=True)
    os.environ |= {"OPERANT_HOME": str(HOME), "OPERANT_AS_OWNER": "1"}


def _database() -> None:
    """Use the server that TEST_DATABASE_URL names, or start the embedded one for this session."""
    ADMIN.update(from_url(os.environ.get("TEST_DATABASE_URL") or _started()))
    os.environ |= database(DATABASE, HOME)
    if os.environ.get("TEST_POOLER"):
        _behind_a_pooler()


def _behind_a_pooler() -> None:
    # A test's own transaction holds one connection, and the threads beside it share what is left.
    running, passwords = ExitStack(), {"ot_app": password(HOME, "ot_app")}
    atexit.register(running.close)
    place = running.enter_context(pooler.pooled(ADMIN, passwords, size=3))
    os.environ["DATABASE_DIRECT_URL"] = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = pooler.address(place, "ot_app", passwords["ot_app"], DATABASE)


def database(name: str, home: Path) -> dict[str, str]:
    """Make or mend a database on the test server, with the signing key of `home`. Return its addresses as settings."""
    key = (home / "keys" / "signing.key").read_text(encoding="ascii").strip().encode()
    # Roles belong to the whole server, so every database on it knows them by the same passwords.
    passwords = {role: password(HOME, role) for role in LOGIN}
    install(ADMIN, name, passwords, key)
    place = f"host={quote(str(ADMIN['host']), safe='')}&port={ADMIN['port']}"
    return {
        setting: f"postgresql://{role}:{quote(passwords[role], safe='')}@/{name}?{place}"
        for role, setting in (
            ("ot_app", "DATABASE_URL"), ("ot_owner", "DATABASE_OWNER_URL"), ("ot_ingest", "DATABASE_INGEST_URL"),
        )
    }


def _started() -> str:
    # A crash of the machine may lose the test database, and nobody minds.
    server = Server(HOME, settings={"fsync": "off"}).start()
    atexit.register(server.stop)
    return server.superuser_dsn


_environment()
_database()
