"""List what failed in this installation, without anybody's data: one line for all errors of one type at one place."""

import argparse
import json

from operant.cli import house
from operant.cli.saying import say

FIELDS = (
    "id", "kind", "message", "place", "doing", "count", "first_at", "last_at", "request_id", "release", "stack", "solved_at",
)  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs, with the stacks")
    parser.add_argument("--solved", action="store_true", help="those that were marked as solved")


def run(options: argparse.Namespace) -> int:
    settings = house.settings()
    with house.database(settings, say=lambda line: None):
        house.django()
        from operant.platform.observing import errors

        found = list(errors.latest(solved=options.solved))
    if options.json:
        print(json.dumps([{name: getattr(each, name) for name in FIELDS} for each in found], default=str, indent=2))
        return 0
    for each in found:
        say(f"{each.count:>6} × {each.kind}: {each.message}\n         {each.place}, last {each.last_at:%Y-%m-%d %H:%M} UTC")
    say(f"{len(found)} kinds of errors {'were solved' if options.solved else 'are open'}.")
    return 0
