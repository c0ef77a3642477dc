"""
What a stranger tries at one table about people. Returns what went wrong, in words; nothing is good.

Tables are named without quotes, as whoever injects would: so the guard, which is for mistakes, does not hear of it.
"""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.utils import Error

from operant.panel.accounts.models import Person
from operant.platform import tenancy
from operant.platform.tenancy import policies, signing

from . import rows
from .planted import World
from .stealing import HELD, attempt, contexts, found_by, one, put, served_before

TABLES = sorted(
    (model for model in apps.get_models() if model._meta.db_table in policies.PEOPLE), key=lambda model: model._meta.db_table
)
# What a table's own rules ask for.
SAID = {"mfa_authenticator": {"type": "totp"}}
# Any other value than the one that is signed for the reception.
ELSEWHERE, RECEPTION = UUID(int=1), UUID(int=0)


def everything(world: World, model: type[models.Model]) -> list[str]:
    """Return all that is wrong with one table."""
    table = model._meta.db_table
    with world.undone():
        try:
            with tenancy.reception():
                found = of(model, world.cast.ada)
                where, key = found_by(found)
                if one(f"SELECT count(*) FROM {table} WHERE {where}", key) != 1:
                    return ["accounts does not find it"]
                copy = one(f"SELECT to_jsonb(t)::text FROM {table} t WHERE {where}", key)
            with world.cast.at_meadow(world.cast.mallory):
                wrong = [*taken(table, found, copy), *forged(table, found)]
            with tenancy.person_scope(world.cast.mallory.pk):
                return [*wrong, *(f"{each}, as nobody's member" for each in taken(table, found, copy))]
        except (Error, AssertionError) as error:
            return [f"it cannot be used any more: {str(error).splitlines()[0]}"]


def taken(table: str, stolen: models.Model, copy: str) -> list[str]:
    """Look for Ada's row and for others', change them, and write one."""
    where, key = found_by(stolen)
    most = 0 if table in policies.HIDDEN else 1
    tried = {
        f"UPDATE {table} SET {where.split()[0]} = {where.split()[0]}": [], f"DELETE FROM {table} WHERE {where}": key,
        f"DELETE FROM {table}": [], f"TRUNCATE {table} CASCADE": [],
    }  # fmt: skip
    put_in = f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s::jsonb)"
    return [
        *(["its row is found"] if one(f"SELECT count(*) FROM {table} WHERE {where}", key) else []),
        *(["rows of others are counted"] if one(f"SELECT count(*) FROM {table}", []) > most else []),
        *(f"{sql.split()[0]} is possible" for sql, values in tried.items() if attempt(sql, values) not in HELD),
        *(["a row is put there"] if attempt(put_in, [copy]) != "row-level security" else []),
    ]


def forged(table: str, stolen: models.Model) -> list[str]:
    """Look with words for the reception that nobody signed, or that are over."""
    where, key = found_by(stolen)
    served_before()
    kept, wrong = one("SELECT current_setting('app.ctx')", []), []
    for how, context in contexts(signing.RECEPTION, ELSEWHERE, RECEPTION).items():
        put(kept, "", context)
        if one(f"SELECT count(*) FROM {table} WHERE {where}", key):
            wrong.append(f"{signing.RECEPTION} opens it that is {how}")
    put(kept, "", "")
    return wrong


def of(model: type[models.Model], person: Person) -> models.Model:
    """Return a row that is about a person: one that stands, or a new one. Call at the reception."""
    if model is Person:
        return person
    fields = [field for field in model._meta.local_fields if isinstance(field, models.ForeignKey)]
    whose: dict[str, Any] = {}
    for field in fields:
        target = field.remote_field.model
        if target is Person or target._meta.db_table in policies.PEOPLE and not field.null:
            whose[field.name] = of(target, person)
    return model._default_manager.filter(**whose).first() or rows.made(model, person, **whose, **SAID.get(model._meta.db_table, {}))
