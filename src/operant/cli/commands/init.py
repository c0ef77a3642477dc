"""Make the keys, the database roles and the database. Safe to repeat."""

import argparse
from functools import partial

from operant.cli import databases, homes, house, passwords
from operant.cli.postgres import Server
from operant.cli.saying import say
from operant.config.env import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take none."""


def run(options: argparse.Namespace) -> int:
    settings = house.settings()
    with house.database(settings) as server:
        initialize(settings, server)
    return 0


def initialize(settings: Settings, server: Server | None) -> None:
    """Make what is missing, and mend what differs."""
    from operant.platform.crypto.keys import ensure_keys
    from operant.platform.tenancy.install import LOGIN, install

    home = settings.OPERANT_HOME
    homes.claim(home)
    ensure_keys(home)
    admin = databases.administrator(settings, server)
    if admin is None:
        say("Keys are in place. Roles are left alone: DATABASE_OWNER_URL names finished ones.")
        return
    key = (home / "keys" / "signing.key").read_text(encoding="ascii").strip().encode()
    secrets = dict(zip(LOGIN, map(partial(passwords.password, home), LOGIN), strict=True))
    with databases.alone(admin, say):
        install(admin, databases.name(settings), secrets, key)
    say("Keys, roles and database are in place.")
