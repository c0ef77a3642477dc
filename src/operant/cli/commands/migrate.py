"""Bring the database's tables to what this version needs. Two at once are safe: the second waits."""

import argparse

from operant.cli import databases, house, stamps
from operant.cli.saying import say
from operant.config.env import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take none."""


def run(options: argparse.Namespace) -> int:
    settings = house.settings()
    with house.database(settings):
        migrate(settings)
    return 0


def migrate(settings: Settings) -> None:
    """Migrate as the owner of the tables, and remember that it was done."""
    house.django(as_owner=True)
    from django.core.management import call_command
    from django.db import connections

    owner = connections["owner"]
    owner.ensure_connection()
    with databases.alone(owner.get_connection_params(), say):
        done = _names(owner)
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        new = sorted(_names(owner) - done)
        stamps.put(owner.connection, stamps.wanted(settings))
    say(f"{len(new)} migrations were applied." if new else "The tables are up to date.")


def _names(connection) -> set[tuple[str, str]]:
    from django.db.migrations.recorder import MigrationRecorder

    return set(MigrationRecorder(connection).applied_migrations())
