"""Which database each role connects to: the embedded server, or the one DATABASE_URL names."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .env import BadSettings, Settings

NAME = "operant"
# A connection that only listens would not notice for hours that the other side is gone.
KEPT_ALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
# How often a connection is asked the same before it keeps the statement and, after five more times, its plan.
ASKED_BEFORE = 1
APP, OWNER, BACKUP, INGEST = "ot_app", "ot_owner", "ot_backup", "ot_ingest"


def databases(settings: Settings, *, with_owner: bool, pool: int = 0) -> dict[str, dict[str, Any]]:
    """
    Return Django's DATABASES: `default` serves as ot_app; `owner` exists only for migrations and tests.

    So many connections are kept and shared by all threads of the process; with none, each thread has its own.
    """
    default = _django(_parameters(settings, APP))
    default["OPTIONS"] |= _bound_by_the_server(settings)
    if pool:
        default["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    found = {"default": default}
    if with_owner:
        found["owner"] = _django(_parameters(settings, OWNER)) | {"TEST": {"MIRROR": "default"}}
    return found


def _bound_by_the_server(settings: Settings) -> dict[str, Any]:
    # A plan belongs to a connection, and a pooler in transaction mode gives another one to each transaction.
    return {"server_side_binding": True, "prepare_threshold": None if settings.DATABASE_DIRECT_URL else ASKED_BEFORE}


def direct(settings: Settings) -> dict[str, Any]:
    """Return connection parameters for LISTEN, which no pooler in transaction mode carries."""
    url = settings.DATABASE_DIRECT_URL
    return KEPT_ALIVE | (from_url(url) if url else _parameters(settings, APP))


def owner(settings: Settings) -> dict[str, Any]:
    """Return connection parameters of the role that owns the tables, past any pooler."""
    return _parameters(settings, OWNER) | _past_pooler(settings)


def backup(settings: Settings) -> dict[str, Any]:
    """Return connection parameters of the role that reads every organization's rows, past any pooler."""
    return _parameters(settings, BACKUP) | _past_pooler(settings)


def ingest(settings: Settings) -> dict[str, Any] | None:
    """
    Return connection parameters of the role that writes batches of samples.

    None when finished roles were given without this one: samples are then written one by one.
    """
    if settings.DATABASE_INGEST_URL:
        return from_url(settings.DATABASE_INGEST_URL)
    if settings.DATABASE_OWNER_URL:
        return None
    # One connection for each process needs no pooler.
    return direct(settings) | {"user": INGEST, "password": _password(settings.OPERANT_HOME, INGEST)}


def from_url(url: str) -> dict[str, Any]:
    """
    Return psycopg's connection parameters for a PostgreSQL URL.

    :raises BadSettings: when it is not one.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadSettings("DATABASE_URL must start with postgresql:// and name a PostgreSQL database.")
    query = dict(parse_qsl(parts.query))
    found = {
        "host": query.pop("host", None) or unquote(parts.hostname or ""),
        "port": parts.port or query.pop("port", None) or 5432,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "dbname": parts.path.lstrip("/") or NAME,
    }
    return {**found, **query}


def _past_pooler(settings: Settings) -> dict[str, Any]:
    url = settings.DATABASE_DIRECT_URL
    return {key: value for key, value in from_url(url).items() if key in ("host", "port")} if url else {}


def _parameters(settings: Settings, role: str) -> dict[str, Any]:
    if settings.DATABASE_URL and from_url(settings.DATABASE_URL)["user"] == role:
        return from_url(settings.DATABASE_URL)
    if settings.DATABASE_URL and settings.DATABASE_OWNER_URL:
        return from_url(settings.DATABASE_URL if role == APP else settings.DATABASE_OWNER_URL)
    password = _password(settings.OPERANT_HOME, role)
    if settings.DATABASE_URL:
        return from_url(settings.DATABASE_URL) | {"user": role, "password": password}
    return _embedded(settings.OPERANT_HOME) | {"user": role, "password": password}


def _embedded(home: Path) -> dict[str, Any]:
    try:
        place = json.loads((home / "run" / "postgres.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        place = {"host": str(home / "run"), "port": 5432}
    return {"host": place["host"], "port": place["port"], "dbname": place.get("database", NAME)}


def _password(home: Path, role: str) -> str:
    path = home / "secrets" / role
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def _django(parameters: dict[str, Any]) -> dict[str, Any]:
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{names[key]: value for key, value in parameters.items() if key in names},
        "OPTIONS": {key: value for key, value in parameters.items() if key not in names},
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
