"""pytest's early plugin: a PostgreSQL of our own, a home, and the environment, before Django's settings are read."""

import atexit
import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOME = ROOT / ".operant-test"
DATABASE = "operant_test"


def _environment() -> None:
    from operant.platform.crypto.keys import ensure_keys

    for name in [name for name in os.environ if name.startswith("OPERANT_")]:
        del os.environ[name]
    HOME.mkdir(mode=0o700, exist_ok=True)
    ensure_keys(HOME)
    shutil.rmtree(HOME / "outbox", ignore_errors=True)
    os.environ |= {"OPERANT_HOME": str(HOME), "OPERANT_AS_OWNER": "1", "DJANGO_SETTINGS_MODULE": "operant.config.settings"}


def _database() -> None:
    from operant.platform.tenancy.install import LOGIN, install

    admin = _server()
    passwords = {role: _password(role) for role in LOGIN}
    key = (HOME / "keys" / "signing.key").read_text(encoding="ascii").strip().encode()
    install(admin, DATABASE, passwords, key)
    for role, name in (("ot_app", "DATABASE_URL"), ("ot_owner", "DATABASE_OWNER_URL")):
        os.environ[name] = _url(admin, role, passwords[role])


def _server() -> dict:
    """Start the embedded server for this session, or use the one TEST_DATABASE_URL names."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        from operant.config.databases import from_url

        return from_url(named)
    from operant.cli.postgres import Server

    server = Server(HOME)
    server.start()
    atexit.register(server.stop)
    return server.superuser_parameters()


def _password(role: str) -> str:
    return f"test-{role}"


def _url(admin: dict, role: str, password: str) -> str:
    from urllib.parse import quote

    return f"postgresql://{role}:{password}@/{DATABASE}?host={quote(str(admin['host']), safe='')}&port={admin['port']}"


_environment()
_database()
