"""Look after the people who run this installation: `operant operator add EMAIL`."""

import argparse

from operant.cli import house
from operant.cli.failures import BadInput
from operant.cli.saying import say


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True, dest="verb")
    adding = verbs.add_parser("add", help="make an operator's account and print its sign-in link")
    adding.add_argument("email", metavar="EMAIL")
    adding.add_argument("--name", default="", help="how to call this person; the part before the @ otherwise")


def run(options: argparse.Namespace) -> int:
    settings = house.settings()
    with house.database(settings):
        house.django()
        from django.core.exceptions import ValidationError
        from django.core.validators import validate_email

        try:
            validate_email(options.email)
        except ValidationError:
            raise BadInput(f"{options.email} is not a mail address.") from None
        _add(options.email, options.name or options.email.partition("@")[0])
    return 0


def _add(email: str, name: str) -> None:
    from operant.panel.accounts import queries
    from operant.panel.organizations import actions

    link = queries.welcome_link(actions.add_operator(email=email, name=name))
    say(f"{email} is an operator now. This link signs in once, to set a password:\n\n  {link}\n")
