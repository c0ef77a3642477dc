"""
Bring a backup back into an empty installation, and compare it row by row.

Interrupted, it can simply be run again. Operant must not be running. People sign in again afterwards: sessions are
not in a backup.
"""

import argparse
import os
import shlex
from pathlib import Path

import psycopg

from operant.cli import backups, databases, house
from operant.cli.commands import init, migrate
from operant.cli.failures import Failure
from operant.cli.saying import say
from operant.config import databases as addresses
from operant.config.env import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    parser.add_argument("--identity", type=Path, required=True, metavar="KEY", help="the file with the identity")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="the OPERANT_HOME to restore into")
    parser.add_argument("--replace", metavar="DATABASE", help="throw away what is in this database")


def run(options: argparse.Namespace) -> int:
    if options.into:
        os.environ["OPERANT_HOME"] = str(options.into)
    settings = house.settings()
    from operant.trust import identities, marks
    from operant.trust.archive import reading

    identity = identities.identity(options.identity)
    # Before anything is made or touched.
    head = reading.head(options.file, identity)
    say(f"A backup of {head.at:%Y-%m-%d %H:%M} UTC, Operant {head.operant}, PostgreSQL {head.postgresql}.")
    with backups.closed(settings), house.database(settings) as server:
        init.initialize(settings, server)
        house.django(as_owner=True)
        _restore(settings, server, options, identity, head)
        # Grants and functions of this version, then the migrations that the backup does not have yet.
        init.initialize(settings, server)
        migrate.migrate(settings)
        _open_seals(settings)
        _audit(settings)
        marks.take_away(backups.unfinished(settings))
    elsewhere = f"OPERANT_HOME={shlex.quote(str(options.into))} " if options.into else ""
    say(f"Restored. Start Operant with `{elsewhere}operant up`; everybody signs in again.")
    return 0


def _restore(settings: Settings, server, options: argparse.Namespace, identity, head) -> None:
    from operant.trust import queries
    from operant.trust.actions.restoring import Target, restore

    queries.fits(head)
    backups.refuse_guests(settings, server)
    backups.refuse_inhabited(settings, options.replace)
    ring = settings.OPERANT_HOME / "keys" / "master.key"
    target = Target(addresses.owner(settings), ring, backups.unfinished(settings))
    _, manifest = restore(options.file, identity, target, say)
    for location in [*manifest.deleted, *manifest.missing]:
        say(f"The file {location} has a row and no bytes: it was not in the backup.")


def _open_seals(settings: Settings) -> None:
    from operant.platform import crypto
    from operant.trust.database import sealed

    with psycopg.connect(**addresses.owner(settings)) as connection:
        total, lost = sealed.counted(connection).total(), sealed.keyless(connection, crypto.ring())
    if not lost:
        say(f"{total:,} sealed values; the ring has every key they need.")
        return
    # It was so in the old house too, which served.
    say(f"{len(lost):,} of {total:,} sealed values were lost before the backup: the ring in it lacks their keys.")
    for line in sealed.told(lost):
        say(line)


def _audit(settings: Settings) -> None:
    from operant.platform.tenancy import audit

    with psycopg.connect(**databases.serving(settings)) as connection, connection.cursor() as cursor:
        tables, findings = audit.tables(cursor), audit.findings(cursor)
    if findings:
        told = "; ".join(f"{finding.id}: {finding.what}" for finding in findings)
        raise Failure(f"The restored tables would not keep organizations apart: {told}. Do not serve them.")
    say(f"{tables} tables keep organizations apart: the audit finds nothing.")
