"""Every table of an organization, with a row of Harbour's in it that Mallory must not reach."""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from operant.panel.organizations.models import Organization
from operant.platform import tenancy
from operant.platform.tenancy.models import TenantModel, isolated_models

from .rows import planted

TABLES = sorted(isolated_models(apps), key=lambda model: model._meta.db_table)
every_table = pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)


@pytest.fixture
def stolen(world, model):
    """A row of Harbour's, and Mallory's scope to look for it."""
    with world.undone():
        with world.cast.at_harbour(world.cast.ada):
            found = planted(model, world.cast.ada)
            assert model._default_manager.filter(pk=found.pk).count() == 1
        with world.cast.at_meadow(world.cast.mallory):
            yield found


@every_table
def test_nobody_reads_it(stolen, model):
    assert model._default_manager.filter(pk=stolen.pk).count() == 0
    column = "id" if model is Organization else "organization_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM "{model._meta.db_table}" WHERE {column} <> %s', [tenancy.current_organization_id()]
        )
        assert cursor.fetchone() == (0,)


@every_table
def test_nobody_changes_or_removes_it(stolen, model):
    table = model._meta.db_table
    where, key = found_by(stolen)
    column = model._meta.pk_fields[0].column
    for statement in (f'UPDATE "{table}" SET {column} = {column} WHERE {where}', f'DELETE FROM "{table}" WHERE {where}'):
        assert attempt(statement, key) in {0, "permission denied"}


@every_table
def test_nobody_writes_into_another_organization(stolen, model):
    if not issubclass(model, TenantModel):
        return
    table = model._meta.db_table
    columns = [field.column for field in model._meta.local_fields]
    values = ", ".join("gen_random_uuid()" if name == "id" else f'"{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    # Nothing of Harbour's can be copied, since nothing of it can be read …
    assert attempt(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" WHERE id = %s', [stolen.pk]) == 0
    # … and nothing of one's own can be moved there.
    mine = planted(model, apps.get_model("accounts", "Person").objects.get(name="Mallory"))
    moved = attempt(f'UPDATE "{table}" SET organization_id = %s WHERE id = %s', [stolen.organization_id, mine.pk])
    assert moved in {"row-level security", "permission denied"}


@every_table
def test_without_a_context_there_is_nothing(world, model):
    with world.undone(), world.cast.at_harbour(world.cast.ada):
        planted(model, world.cast.ada)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.ctx', '', true), set_config('app.person', '', true)")
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            assert cursor.fetchone() == (0,)


def found_by(row):
    """Return the condition that names a row by its key, which may have several columns, and the key's values."""
    fields = row._meta.pk_fields
    return " AND ".join(f'"{field.column}" = %s' for field in fields), [getattr(row, field.attname) for field in fields]


def attempt(statement, parameters):
    """Return how many rows a statement touched, or in a few words why it may not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.rowcount
    except ProgrammingError as error:
        known = ("row-level security", "permission denied")
        return next((each for each in known if each in str(error)), str(error))
