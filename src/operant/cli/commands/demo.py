"""Build the two invented organizations, Harbour and Meadow, anew."""

import argparse
from pathlib import Path

from operant.cli import house, passwords
from operant.cli.saying import say
from operant.config.env import Settings

ROLE = "demo"  # the file in secrets/ that holds the demo people's password


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take none."""


def run(options: argparse.Namespace) -> int:
    settings = house.settings()
    with house.database(settings):
        house.django()
        build(settings)
    return 0


def build(settings: Settings) -> None:
    """Build the demo with a password of this home's own: one that everybody knows would be a back door."""
    from operant import demo

    begun = unfinished(settings)
    begun.touch()
    demo.build(password=passwords.password(settings.OPERANT_HOME, ROLE, passwords.readable))
    begun.unlink()
    say("Harbour and Meadow are built.")


def unfinished(settings: Settings) -> Path:
    """Return the file that stands while the demo is being built: Ctrl-C in a first run leaves half a demo."""
    return settings.OPERANT_HOME / "run" / "demo.unfinished"
