"""Build the two invented organizations, Harbour and Meadow, anew."""

import argparse

from operant.cli import house, passwords
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

    demo.build(password=passwords.password(settings.OPERANT_HOME, ROLE))
    house.say("Harbour and Meadow are built.")
