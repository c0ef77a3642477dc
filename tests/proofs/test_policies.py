"""
Every policy mutant goes red.

A mutant is the database with one thing spoiled: a policy widened, a fence dropped, a function that verifies no more.
It stands in a savepoint; the matrix of strangers and the catalog audit look; one of them has to say so, and the
matrix alone wherever a stranger would reach something.
"""

from collections.abc import Callable

import pytest
from django.db import connection

from operant.platform.tenancy import audit, policies
from operant.testing import plugin
from tests.isolation import people, planted, stealing

from . import mutants

SAMPLE = ("organizations_membership", "stage_dashboard", "accounts_person", "accounts_session")
BY_TABLE = {model._meta.db_table: model for model in (*stealing.TABLES, *people.TABLES)}
# The functions by a table whose policies ask them; what spoils roles is seen anywhere.
ASKED_BY = {"app.reception": BY_TABLE["accounts_session"]}


@pytest.fixture(scope="module")
def spoiled_world(django_db_setup, django_db_blocker):
    """
    The world of the matrix, on a connection of the administrator who acts as ot_app.

    So one transaction spoils the database, looks at it as a stranger would, and rolls everything back.
    """
    from django.core.cache import cache
    from django.db import transaction

    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    with django_db_blocker.unblock():
        kept = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update({names[key]: value for key, value in plugin.ADMIN.items() if key in names})
        try:
            outer = transaction.atomic()
            outer._from_testcase = True
            with outer:
                _act_as("ot_app")
                cache.clear()
                yield planted.plant()
                transaction.set_rollback(True)
        finally:
            connection.close()
            connection.settings_dict.update(kept)


def test_every_mutant_goes_red(spoiled_world, tally):
    looked = looking(spoiled_world)
    assert [red(spoiled_world, looked, BY_TABLE[table]) for table in SAMPLE] == [([], [])] * len(SAMPLE), "the control"
    if tally.wanted is None:
        # Each kind once for organizations, and once for people.
        spoiled = {(mutant.kind, mutant.table in policies.PEOPLE): mutant for mutant in mutants.everything(list(SAMPLE))}.values()
    else:
        spoiled = mutants.everything(list(BY_TABLE))
    for mutant in spoiled:
        with spoiled_world.undone():
            _spoil(mutant)
            felt, told = red(spoiled_world, looked, _looked_at(mutant.table))
        wrong = "" if felt or told else "nobody noticed"
        tally.note(str(mutant), "the matrix did not notice" if mutant.felt and not felt else wrong)
    assert tally.failures == []


def red(world: planted.World, audited: Callable[[], list[str]], model) -> tuple[list[str], list[str]]:
    """Return what the matrix says of one table, and what the audit says of the database."""
    tried = people if model in people.TABLES else stealing
    return tried.everything(world, model), audited()


def _looked_at(name: str):
    return BY_TABLE.get(name) or ASKED_BY.get(name, BY_TABLE[SAMPLE[0]])


def looking(world: planted.World) -> Callable[[], list[str]]:
    def audited() -> list[str]:
        with connection.cursor() as cursor:
            return [f"{finding.id}: {finding.what}" for finding in audit.findings(cursor)]

    return audited


def _spoil(mutant: mutants.Mutant) -> None:
    # What waits for the end of the transaction would hold the table.
    _tell("SET CONSTRAINTS ALL IMMEDIATE")
    # What was checked before is asked of the spoiled functions as well.
    for name in ("org", "person", "reception"):
        _tell(f"SET LOCAL app.{name}_seen = ''")
    _act_as("")
    for statement in mutant.statements:
        _tell(statement)
    _act_as("ot_app")
    _tell("SET CONSTRAINTS ALL DEFERRED")


def _act_as(role: str) -> None:
    _tell(f"SET SESSION AUTHORIZATION {role or 'DEFAULT'}")


def _tell(statement: str) -> None:
    # Past the guard, which knows the tables that are named.
    connection.ensure_connection()
    connection.connection.execute(statement)
