"""pytest's early plugin: a PostgreSQL of our own, a home, and the environment, before Django's settings are read."""

import atexit
import os
import shutil
from pathlib import Path
from urllib.parse import quote

from operant.cli import homes
from operant.cli.passwords import password
from operant.cli.postgres import Server
from operant.config.databases import from_url
from operant.platform.crypto.keys import ensure_keys
from operant.platform.tenancy.install import LOGIN, install

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / ".operant-test"
DATABASE = "operant_test"


def _environment() -> None:
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
    named = os.environ.get("TEST_DATABASE_URL") or _started()
    admin = from_url(named)
    key = (HOME / "keys" / "signing.key").read_text(encoding="ascii").strip().encode()
    passwords = {role: password(HOME, role) for role in LOGIN}
    install(admin, DATABASE, passwords, key)
    for role, name in (("ot_app", "DATABASE_URL"), ("ot_owner", "DATABASE_OWNER_URL")):
        place = f"host={quote(str(admin['host']), safe='')}&port={admin['port']}"
        os.environ[name] = f"postgresql://{role}:{quote(passwords[role], safe='')}@/{DATABASE}?{place}"


def _started() -> str:
    # A crash of the machine may lose the test database, and nobody minds.
    server = Server(HOME, settings={"fsync": "off"}).start()
    atexit.register(server.stop)
    return server.superuser_dsn


_environment()
_database()
