"""Find what is wrong with this installation, and say what to do. Exit code 1 when something is."""

import argparse
import json
import re
from dataclasses import asdict

from operant.cli import homes, house
from operant.cli.doctor import Finding, addresses, choices, database, machine, mailing, reaching
from operant.cli.failures import BadInput, Failure
from operant.cli.saying import say
from operant.config.env import Settings

CHECKS = (
    choices.contradictions, choices.misspelled, choices.releases, machine.home, machine.ring, machine.audit_key,
    machine.static, machine.disk, machine.places_file, machine.time_server, machine.sandbox, machine.leftovers,
    machine.backed_up, addresses.public, addresses.mail, addresses.debugging, addresses.pooler, mailing.findings,
    reaching.findings,
)  # fmt: skip
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
MARKS = {"error": "✗", "warning": "!", "note": "·"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--mail-to", metavar="ADDRESS", help="send one mail there")
    parser.add_argument("--tenancy", action="store_true", help="only the audit of what keeps organizations apart")


def run(options: argparse.Namespace) -> int:
    return _tenancy(options) if options.tenancy else _whole(options)


def _whole(options: argparse.Namespace) -> int:
    if options.mail_to and not ADDRESS.fullmatch(options.mail_to):
        raise BadInput(f"{options.mail_to} is not a mail address.")
    findings = examine(mail_to=options.mail_to)
    ok = not any(finding.level == "error" for finding in findings)
    if options.json:
        print(json.dumps({"ok": ok, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        for finding in findings:
            say(f"{MARKS[finding.level]} {finding.what}\n    {finding.fix}")
        say("All is well." if ok else "Something is wrong; see the lines with ✗.")
    return 0 if ok else 1


def examine(*, mail_to: str | None = None) -> list[Finding]:
    """Return everything found, worst first."""
    try:
        settings = as_opened(house.settings())
    except BadInput as error:
        return [Finding("settings.invalid", "error", str(error), "docs/reference/settings.md lists every setting.")]
    findings = [finding for check in CHECKS for finding in check(settings)]
    findings += _database(settings)
    findings += mailing.sent(settings, mail_to) if mail_to else []
    return sorted(findings, key=lambda finding: list(MARKS).index(finding.level))


def as_opened(settings: Settings) -> Settings:
    """Return the settings with the port at which this home was opened last: doctor is seldom told."""
    return settings.model_copy(update={"PORT": homes.last_port(settings.OPERANT_HOME) or settings.PORT})


def _database(settings: Settings) -> list[Finding]:
    if not settings.DATABASE_URL and not (settings.OPERANT_HOME / "postgres").exists():
        return [Finding("database.missing", "error", "There is no database yet.", "Run `operant up`.")]
    try:
        with house.database(settings, say=lambda line: None):
            return list(database.findings(settings))
    except Failure as error:
        return [Finding("database.down", "error", str(error), "The message says what to do.")]


def _tenancy(options: argparse.Namespace) -> int:
    with house.database(house.settings(), say=lambda line: None):
        house.django()
        from django.db import connection

        from operant.platform.tenancy import audit

        with connection.cursor() as cursor:
            tables, findings = audit.tables(cursor), audit.findings(cursor)
    if options.json:
        print(json.dumps({"tables": tables, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        for finding in findings:
            say(f"✗ {finding.id}: {finding.what}\n    {finding.fix}")
        say(f"{tables} tables belong to organizations; {len(findings)} findings.")
    return 1 if findings else 0
