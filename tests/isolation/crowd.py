"""More of everything that stands in Harbour: each row copied, with whatever must be unique made so."""

from collections.abc import Iterable
from copy import copy
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import models
from django.test import override_settings

from operant.panel.accounts.models import Person
from operant.panel.organizations.models import Organization
from operant.platform.tenancy.models import TenantSample, isolated_models
from operant.testing import cast as casting

from .planted import FAST, World
from .rows import planted


def gather(world: World, count: int) -> None:
    """Put `count` copies of a row of every table, and as many new people, into Harbour."""
    with override_settings(**FAST):
        people = [casting.person(f"Guest{uuid4().hex[:12]}", "harbour") for _ in range(count)]
    made: dict[type[models.Model], list[Any]] = {Person: people}
    with world.cast.at_harbour(world.cast.ada):
        isolated = [model for model in isolated_models(apps) if model is not Organization and not _is_single(model)]
        # First one of each: what is planted later could take a copy for the row that it belongs to.
        for model in isolated:
            planted(model, world.cast.ada)
        for model in isolated:
            _copies(model, made, world.cast.ada, count)


def _is_single(model: type[models.Model]) -> bool:
    """Return whether an organization has one row of it at most."""
    return any(getattr(each, "fields", ()) == ("organization_id",) for each in model._meta.constraints)


def _copies(model: type[models.Model], made: dict[type[models.Model], list[Any]], person: Person, count: int) -> list:
    if model not in made:
        first, vary = planted(model, person), _varied(model)
        for target in {field.remote_field.model for field in vary if isinstance(field, models.ForeignKey)}:
            _copies(target, made, person, count)
        made[model] = model._default_manager.bulk_create(
            [_copy(first, vary, number, made) for number in range(count)]
        )
    return made[model]


def _varied(model: type[models.Model]) -> list[models.Field]:
    """Return the fields that make a copy another row: of each unique constraint one, a plain one where there is one."""
    chosen: list[models.Field] = [field for field in model._meta.local_fields if isinstance(field, models.EmailField)]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            fields = [model._meta.get_field(name) for name in _columns(constraint) if name != "organization_id"]
            chosen.append(min(fields, key=_is_reference))
    return chosen


def _columns(constraint: models.UniqueConstraint) -> list[str]:
    parts = [part if isinstance(part, models.F) else part.get_source_expressions()[0] for part in constraint.expressions]
    return [*constraint.fields, *(part.name for part in parts)]


def _is_reference(field: models.Field) -> bool:
    return isinstance(field, models.ForeignKey)


def _copy(first: models.Model, vary: Iterable[models.Field], number: int, made: dict) -> models.Model:
    another = copy(first)
    another._state = copy(first._state)
    another._state.fields_cache = {}
    if isinstance(another, TenantSample):
        another.at += timedelta(microseconds=uuid4().int % 1_000_000_000)
    else:
        another.pk = uuid4()
    for field in vary:
        setattr(another, field.name, _other(field, getattr(first, field.attname), number, made))
    return another


def _other(field: models.Field, value: Any, number: int, made: dict) -> Any:
    if isinstance(field, models.ForeignKey):
        return made[field.remote_field.model][number]
    if isinstance(field, models.DateField):
        return value + timedelta(days=1 + uuid4().int % 1_000_000)
    if isinstance(field, models.IntegerField):
        # Above all that stand: the row that is copied is any of them.
        return field.model._default_manager.aggregate(most=models.Max(field.name))["most"] + 1 + number
    if isinstance(field, models.BinaryField | models.UUIDField):
        return uuid4().bytes if isinstance(field, models.BinaryField) else uuid4()
    if isinstance(field, models.EmailField):
        return f"{uuid4().hex}@{value.partition('@')[2]}"
    return uuid4().hex[: field.max_length]
