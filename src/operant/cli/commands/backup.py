"""
Write an encrypted backup of the database, the files and the keys of sealed fields.

It runs while Operant serves. `operant backup key FILE` makes the key pair once: the identity goes to FILE, which
belongs on another machine, and only the public half stays here. `operant backup verify FILE --identity KEY` reads a
backup and compares it with its manifest. `operant restore` brings it back.
"""

import argparse
from pathlib import Path

from operant.cli import backups, homes, house
from operant.cli.failures import BadInput
from operant.cli.saying import say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, metavar="PATH", help="file or folder to write to (OPERANT_HOME/backups)")
    parser.set_defaults(verb=_write)
    verbs = parser.add_subparsers(metavar="VERB")
    key = verbs.add_parser("key", help="make the key pair that backups are encrypted to")
    key.add_argument("file", type=Path, metavar="FILE", help="where the identity is written; keep it elsewhere")
    key.add_argument("--replace", action="store_true", help="encrypt later backups to a new key")
    key.add_argument("--inside", action="store_true", help="let the identity lie in OPERANT_HOME all the same")
    key.set_defaults(verb=_key)
    verifying = verbs.add_parser("verify", help="read a backup and compare it with its manifest")
    verifying.add_argument("file", type=Path, metavar="FILE")
    verifying.add_argument("--identity", type=Path, required=True, metavar="KEY", help="the file with the identity")
    verifying.set_defaults(verb=_verify)


def run(options: argparse.Namespace) -> int:
    return options.verb(options)


def _write(options: argparse.Namespace) -> int:
    settings = house.settings()
    with house.database(settings):
        house.django()
        from operant.trust import identities
        from operant.trust.actions.backing_up import Source, back_up
        from operant.trust.showing import size

        recipient = identities.recipient(settings.OPERANT_HOME)
        ring = settings.OPERANT_HOME / "keys" / "master.key"
        source = Source(backups.reader(settings), ring, backups.pg_dump(settings))
        written = back_up(source, backups.target(settings, options.to), recipient, say)
        backups.remember(settings, written.path, written.bytes)
    say(f"{written.path} is written and read back: {size(written.bytes)}, sha256 {written.sha256}.")
    if options.to is None:
        say("It lies beside what it protects: copy it to another machine.")
    return _told(written.manifest)


def _told(manifest) -> int:
    if manifest.deleted:
        say(f"{len(manifest.deleted)} files were deleted while the backup ran, and are not in it.")
    for location in manifest.missing:
        say(f"✗ The file {location} has no bytes any more: it was lost before this backup.")
    for location in manifest.changed:
        say(f"✗ The file {location} is not what was uploaded: it is in the backup as it is now.")
    return 1 if manifest.missing or manifest.changed else 0


def _key(options: argparse.Namespace) -> int:
    settings = house.settings()
    homes.claim(settings.OPERANT_HOME)
    (settings.OPERANT_HOME / "keys").mkdir(mode=0o700, exist_ok=True)
    from operant.trust import identities

    if not options.file.absolute().parent.is_dir():
        raise BadInput(f"There is no folder {options.file.absolute().parent}.")
    recipient = identities.make(
        settings.OPERANT_HOME, options.file, replace=options.replace, inside=options.inside
    )
    say(f"Backups are encrypted to {recipient} from now on.")
    say(
        f"{options.file} opens them. Move it off this machine, to two places: without it no backup can be read, "
        "and with it and a backup everything can."
    )
    return 0


def _verify(options: argparse.Namespace) -> int:
    house.settings()
    house.django()
    from operant.trust import identities, queries
    from operant.trust.showing import size

    head, manifest = queries.verify(options.file, identities.identity(options.identity), say)
    rows = sum(table.rows for table in manifest.tables.values())
    say(
        f"{options.file} is whole: {head.at:%Y-%m-%d %H:%M} UTC, Operant {head.operant}, PostgreSQL {head.postgresql}, "
        f"{len(manifest.tables)} tables, {rows:,} rows, {manifest.files} files ({size(manifest.bytes)})."
    )
    return _told(manifest)
