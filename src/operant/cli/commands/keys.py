"""
Look after the keys that sealed values are sealed with: list them, rotate them, forget old ones.

`rotate` makes a new key each time, and `finish` seals with the newest one what an interrupted rotation, or a machine that
got the key late, left under older ones. Both run while Operant serves. Old keys stay in OPERANT_HOME/keys/master.key,
where they still open, until `operant keys forget` finds that nothing is sealed with them.
"""

import argparse
import hashlib

import psycopg

from operant.cli import databases, house
from operant.cli.saying import say
from operant.config import databases as addresses


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    verbs.add_parser("list", help="the keys, and how much is sealed with each").set_defaults(verb=_list)
    verbs.add_parser("rotate", help="make a new key and seal everything with it").set_defaults(verb=_rotate)
    verbs.add_parser("finish", help="seal with the newest key what a rotation left").set_defaults(verb=_finish)
    verbs.add_parser("forget", help="remove keys that nothing is sealed with").set_defaults(verb=_forget)


def run(options: argparse.Namespace) -> int:
    settings = house.settings()
    with house.database(settings):
        house.django()
        return options.verb(addresses.owner(settings), settings.OPERANT_HOME / "keys" / "master.key")


def _list(owner, ring_file) -> int:
    from operant.platform.crypto import Ring
    from operant.trust.database import sealed

    ring = Ring.parsed(ring_file.read_text(encoding="ascii"))
    with psycopg.connect(**owner) as connection:
        used = sealed.counted(connection)
    for number, key in ring.keys.items():
        does = "seals and opens" if number == ring.sealing else "opens"
        print(f"key {number:<4} {hashlib.sha256(key).hexdigest()[:12]}  {does:<16} {used.pop(number, 0):>9,} values")
    for number, count in sorted(used.items()):
        print(f"✗ key {number} is not in the ring, and {count:,} values are sealed with it: nobody can open them")
    return 1 if used else 0


def _rotate(owner, ring_file) -> int:
    from operant.trust.actions import rotating

    with databases.alone(owner, say):
        return _told(rotating.rotate(owner, ring_file, say))


def _finish(owner, ring_file) -> int:
    from operant.trust.actions import rotating

    with databases.alone(owner, say):
        return _told(rotating.finish(owner, ring_file, say))


def _told(rotated) -> int:
    from operant.trust.database import sealed

    say(f"{rotated.values:,} values are sealed with key {rotated.key} now.")
    if rotated.stuck:
        say(f"{len(rotated.stuck):,} values could not be opened and are as they were:")
        for line in sealed.told(rotated.stuck):
            say(line)
        say("They were changed or their key is lost. Bring their rows back from a backup, or remove them.")
    say("Make a backup now. Older keys stay in the ring until `operant keys forget`.")
    return 1 if rotated.stuck else 0


def _forget(owner, ring_file) -> int:
    from operant.trust.actions import rotating

    with databases.alone(owner, say):
        gone = sorted(rotating.forget(owner, ring_file))
    numbers = ", ".join(map(str, gone))
    say(f"Forgotten: key {numbers}. Backups made before bring their own ring." if gone else "Every key is still in use.")
    return 0
