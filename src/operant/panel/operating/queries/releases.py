import sys
from dataclasses import dataclass
from datetime import date

from django.db import connection

import operant
from operant.platform.observing import versions


@dataclass(frozen=True)
class Hole:
    """A hole in PostgreSQL that matters here, the release that mends it, and whether this server is open to it."""

    name: str
    meaning: str
    mended: str
    is_open: bool


@dataclass(frozen=True)
class Release:
    """What runs here, and what to know about it."""

    name: str
    version: str
    note: str


def releases() -> list[Release]:
    """Return the releases of what this installation is made of."""
    running = sys.version_info[:2]
    ends = versions.PYTHON_ENDS.get(running)
    python = f"Mended until {ends:%B %Y}" if ends else "Not among the releases that this one was tried with"
    return [
        Release("Operant", operant.__version__, ""),
        Release("PostgreSQL", _postgresql(), "15 or newer is needed"),
        Release("Python", ".".join(map(str, sys.version_info[:3])), python),
        Release("Migrations", str(_migrations()), "Carried out in this database"),
    ]


def holes() -> list[Hole]:
    """Return the holes that this release knows of in the major version of PostgreSQL that runs, the newest first."""
    server = connection.pg_version
    open_ones, major = {name for name, *_ in versions.holes(server)}, server // 10000
    return [
        Hole(name, meaning, f"{major}.{fixed[major]}" if major in fixed else "", name in open_ones)
        for name, meaning, fixed in reversed(versions.MENDED)
    ]


def known_until() -> date:
    """Return the day up to which this release knows about holes."""
    return versions.AS_OF


def _postgresql() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return cursor.fetchone()[0]


def _migrations() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        return cursor.fetchone()[0]
