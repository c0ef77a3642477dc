"""What a stranger tries at one table. Each function returns what went wrong, in words; nothing is good."""

from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction
from django.db.utils import Error, ProgrammingError

from operant.panel.accounts.models import Person
from operant.panel.organizations.models import Organization
from operant.platform import tenancy
from operant.platform.tenancy import signing
from operant.platform.tenancy.models import TenantModel, TenantSample, isolated_models

from .planted import World
from .rows import planted

TABLES = sorted(isolated_models(apps), key=lambda model: model._meta.db_table)
SETTINGS = (signing.ORGANIZATION, signing.PERSON, signing.RECEPTION)
HELD = {0, "permission denied", "row-level security"}


def everything(world: World, model: type[models.Model]) -> list[str]:
    """Return all that is wrong with one table."""
    with world.undone():
        wrong: list[str] = []
        try:
            with world.cast.at_harbour(world.cast.ada):
                found = planted(model, world.cast.ada)
                if model._default_manager.filter(pk=found.pk).count() != 1:
                    return ["its own organization does not find it"]
                wrong += forged(model, world.cast.meadow.pk, world.cast.ada.pk)
            with world.cast.at_meadow(world.cast.mallory):
                wrong += read(model, found) + changed(model, found) + written(model, found)
            return wrong + elsewhere(world, model) + without_context(world, model)
        except (Error, AssertionError) as error:
            return [*wrong, f"it cannot be used any more: {str(error).splitlines()[0]}"]


def read(model: type[models.Model], stolen: models.Model) -> list[str]:
    """Look for a row of Harbour's, and for any that is not of the organization in scope."""
    column = "id" if model is Organization else "organization_id"
    others = f'SELECT count(*) FROM "{model._meta.db_table}" WHERE {column} <> %s'
    return [
        *(["its row is found"] if model._default_manager.filter(pk=stolen.pk).count() else []),
        *(["rows of others are counted"] if one(others, [tenancy.current_organization_id()]) else []),
    ]


def changed(model: type[models.Model], stolen: models.Model) -> list[str]:
    """Change and remove a row of Harbour's, by its id and with all others."""
    table, (where, key) = model._meta.db_table, found_by(stolen)
    column = "id" if model is Organization else "organization_id"
    tried = {
        f'UPDATE "{table}" SET {column} = {column} WHERE {where}': key,
        f'DELETE FROM "{table}" WHERE {where}': key,
        f'UPDATE "{table}" SET {column} = {column} WHERE {column} <> %s': [tenancy.current_organization_id()],
        f'TRUNCATE "{table}" CASCADE': [],
    }
    return [f"{sql.split()[0]} is possible" for sql, values in tried.items() if attempt(sql, values) not in HELD]


def written(model: type[models.Model], stolen: models.Model) -> list[str]:
    """Copy Harbour's row, move one's own there, and put a new one there."""
    if not issubclass(model, TenantModel | TenantSample):
        return []
    table = model._meta.db_table
    columns = [field.column for field in model._meta.local_fields if field.column]
    names = ", ".join(f'"{name}"' for name in columns)
    own = ", ".join("gen_random_uuid()" if name == "id" else f'"{name}"' for name in columns)
    there = ", ".join({"id": "gen_random_uuid()", "organization_id": "%s"}.get(name, f'"{name}"') for name in columns)
    where, key = found_by(stolen)
    _, mine = found_by(planted(model, Person.objects.get(name="Mallory")))
    tried = {
        "is copied": (f'INSERT INTO "{table}" ({names}) SELECT {own} FROM "{table}" WHERE {where}', key, {0}),
        "is moved there": (
            f'UPDATE "{table}" SET organization_id = %s WHERE {where}', [stolen.organization_id, *mine], HELD - {0},
        ),
        "is put there": (
            f'INSERT INTO "{table}" ({names}) SELECT {there} FROM "{table}" WHERE {where}',
            [stolen.organization_id, *mine], HELD - {0},
        ),
    }  # fmt: skip
    return [f"a row {what}" for what, (sql, values, held) in tried.items() if attempt(sql, values) not in held]


def elsewhere(world: World, model: type[models.Model]) -> list[str]:
    """A person reads their own places from outside; they change and remove nothing there."""
    table = model._meta.db_table
    with tenancy.person_scope(world.cast.mallory.pk):
        seen = one(f'SELECT count(*) FROM "{table}"', [])
        column = "id" if model is Organization else "organization_id"
        tried = (f'UPDATE "{table}" SET {column} = {column}', f'DELETE FROM "{table}"')
        wrong = [f"{sql.split()[0]} is possible from outside" for sql in tried if attempt(sql, []) not in HELD]
    wanted = 1 if table in {"organizations_membership", "organizations_organization"} else 0
    return wrong + ([f"{seen} rows are seen from outside, not {wanted}"] if seen != wanted else [])


def without_context(world: World, model: type[models.Model]) -> list[str]:
    """Look with the context taken away."""
    with world.cast.at_harbour(world.cast.ada):
        served_before()
        put("", "", "")
        seen = one(f'SELECT count(*) FROM "{model._meta.db_table}"', [])
    return [f"{seen} rows are seen without a context"] if seen else []


def forged(model: type[models.Model], meadow: UUID, person: UUID) -> list[str]:
    """Look from Harbour's scope with contexts that nobody signed, or that are over: none of them may open anything."""
    served_before()
    kept, wrong = [one(f"SELECT current_setting('{setting}')", []) for setting in SETTINGS], []
    tried = {
        signing.ORGANIZATION: contexts(signing.ORGANIZATION, meadow, tenancy.current_organization_id()),
        signing.PERSON: contexts(signing.PERSON, meadow, person),
        # What lets accounts reach people opens no organization, be it signed or not.
        signing.RECEPTION: {"signed": signing.signed(signing.RECEPTION, UUID(int=0))},
    }
    for setting in SETTINGS:
        for how, context in tried[setting].items():
            put(*(context if each == setting else "" for each in SETTINGS))
            if one(f'SELECT count(*) FROM "{model._meta.db_table}"', []):
                wrong.append(f"{setting} opens it that is {how}")
    put(*kept)
    return wrong


def contexts(setting: str, first: UUID, second: UUID) -> dict[str, str]:
    """Return values of a setting that must open nothing of the second subject's."""
    good = signing.signed(setting, second)
    with patch.object(signing, "VALID_SECONDS", -10):
        over = signing.signed(setting, second)
    other = next(each for each in SETTINGS if each != setting)
    return {
        "plain": str(second),
        "signed with another key": f"{second}.9999999999.{'0' * 64}",
        "over": over,
        "prolonged": over.replace(over.split(".")[1], "9999999999"),
        f"signed as {other}": signing.signed(other, second),
        "signed for another": signing.signed(setting, first).replace(str(first), str(second)),
        "cut": good[:-1],
        "without a signature": good.rpartition(".")[0] + ".",
        "garbage": "a.b.c",
    }


def found_by(row: models.Model) -> tuple[str, list]:
    """Return the condition that names a row by its key, which may have several columns, and the key's values."""
    fields = row._meta.pk_fields
    return " AND ".join(f'"{field.column}" = %s' for field in fields), [getattr(row, field.attname) for field in fields]


def attempt(statement: str, parameters: list) -> int | str:
    """Return how many rows a statement touched, or in a few words why it may not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.rowcount
    except ProgrammingError as error:
        known = ("row-level security", "permission denied", "must be owner")
        return next((each for each in known if each in str(error)), str(error))
    except Error as error:
        # A constraint, for example: what was tried got that far.
        return type(error).__name__


def put(*values: str) -> None:
    """Set the organization, the person and the reception of the context, in this order, and say that each was checked."""
    settings = [f"set_config('{each}', %s, true), set_config('{signing.SEEN[each]}', 'on', true)" for each in SETTINGS]
    one(f"SELECT {', '.join(settings)}", [*values])


def served_before() -> None:
    """Have each context checked once, as a session has that served others: it remembers them (decision 0048)."""
    with tenancy.reception():
        one("SELECT app.remember()", [])


def one(statement: str, parameters: list) -> Any:
    """Return the first value that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]
