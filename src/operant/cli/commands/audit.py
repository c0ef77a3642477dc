"""
Take an organization's audit log out as a file, and check such a file.

`operant audit export --organization SLUG --out FILE` writes JSON lines, one entry a line (docs/guides/audit.md says what
stands in them). `operant audit verify FILE` needs neither settings nor a database: it is `verify.py`, which the audit page
offers too, for whoever has no Operant. Exit code 0: the log held; 1: it did not, and the first bad entry is named; 2: no log.
"""

import argparse
import os
import shlex
from pathlib import Path

from operant.cli import house
from operant.cli.failures import BadInput
from operant.cli.saying import say

RUNS_IT = "Whoever runs this installation"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    exporting = verbs.add_parser("export", help="write an organization's log to a file")
    exporting.add_argument("--organization", required=True, metavar="SLUG", help="as in its addresses, /o/SLUG/")
    exporting.add_argument("--out", required=True, type=Path, metavar="FILE")
    exporting.set_defaults(verb=_export)
    verifying = verbs.add_parser("verify", help="check an exported log")
    verifying.add_argument("file", metavar="FILE")
    verifying.add_argument("--key", action="append", default=[], metavar="FINGERPRINT", help="a key that may have signed")
    verifying.set_defaults(verb=_verify)


def run(options: argparse.Namespace) -> int:
    return options.verb(options)


def _verify(options: argparse.Namespace) -> int:
    from operant.panel.audit import verify

    return verify.checked(options)


def _export(options: argparse.Namespace) -> int:
    if not options.out.absolute().parent.is_dir():
        raise BadInput(f"There is no folder {options.out.absolute().parent}.")
    settings = house.settings()
    with house.database(settings):
        house.django()
        from operant.panel.organizations import queries

        organization = queries.found_by(options.organization)
        if organization is None:
            raise BadInput(f"There is no organization {options.organization}.")
        entries = _write(organization.pk, options.out)
    checking = f"operant audit verify {shlex.quote(str(options.out))}"
    say(f"{options.out} has {entries:,} entries of {organization.name}. `{checking}` checks it.")
    return 0


def _write(organization_id, out: Path) -> int:
    from operant.panel.audit import actions, verify
    from operant.panel.audit.queries import exporting
    from operant.platform import tenancy

    with tenancy.organization_scope(organization_id):
        actions.note_export(by=RUNS_IT, form="JSON lines")
    # Under its name stands a whole log, or none.
    begun, entries = out.with_name(f".{out.name}.{os.getpid()}"), 0
    try:
        with begun.open("xb") as file:
            for page in exporting.pages(organization_id):
                file.writelines(page)
                entries += sum(line.startswith(verify.HASH) for line in page)
        begun.replace(out)
    finally:
        begun.unlink(missing_ok=True)
    return entries
