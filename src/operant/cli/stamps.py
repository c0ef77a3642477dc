"""
What the database was last prepared from, so that a warm start skips what is done.

The stamp is the comment of Django's table of migrations: it is dumped and restored together with what it
speaks about, and a database from elsewhere has none or another one.
"""

import hashlib
import hmac
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from operant.cli import passwords
from operant.config.env import Settings

SOURCE = Path(__file__).parents[1]
WITH_TABLES = ("Django", "django-allauth", "procrastinate")
ROLES = ("ot_owner", "ot_app", "ot_ingest", "ot_backup")


def wanted(settings: Settings) -> str:
    """Return the stamp of this program, its tables, and the keys and passwords of this home."""
    digest = hashlib.sha256()
    for path in [*sorted(SOURCE.glob("**/migrations/*.py")), *sorted((SOURCE / "platform" / "tenancy").glob("*.py"))]:
        digest.update(str(path.relative_to(SOURCE)).encode() + path.read_bytes())
    for package in WITH_TABLES:
        digest.update(f"{package} {version(package)}".encode())
    home = settings.OPERANT_HOME
    for secret in (home / "keys" / "signing.key", *(passwords.kept(home, role) for role in ROLES)):
        # Keyed by the secret: the stamp is readable in the database and tells nothing about it.
        key = secret.read_bytes() if secret.exists() else b""
        digest.update(hmac.digest(key, b"operant stamp", "sha256"))
    return digest.hexdigest()


def found(serving: dict[str, Any]) -> str | None:
    """Return the stamp in the database, None when it has none or cannot be asked."""
    try:
        with psycopg.connect(**serving, connect_timeout=10) as connection:
            row = connection.execute(
                "SELECT obj_description(to_regclass('public.django_migrations'), 'pg_class'),"
                " (SELECT count(*) FROM public.django_migrations)"
            ).fetchone()
    except psycopg.Error:
        return None
    stamp, _, count = (row[0] or "").partition(" ")
    # The count notices migrations that were taken back by hand.
    return stamp if count == str(row[1]) else None


def put(owner: psycopg.Connection | Any, stamp: str) -> None:
    """Write the stamp, as the owner of the tables."""
    count = owner.execute("SELECT count(*) FROM public.django_migrations").fetchone()[0]
    text = sql.Literal(f"{stamp} {count}")
    owner.execute(sql.SQL("COMMENT ON TABLE public.django_migrations IS {}").format(text))
