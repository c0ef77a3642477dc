"""A row of any table, made from the table's own description."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F

from operant.platform import clock

VALUES: dict[type[models.Field], Any] = {
    models.BooleanField: lambda field: False,
    models.DateTimeField: lambda field: clock.now(),
    models.DateField: lambda field: clock.now().date(),
    models.UUIDField: lambda field: uuid4(),
    models.JSONField: lambda field: {},
    models.BinaryField: lambda field: uuid4().bytes,
    models.FloatField: lambda field: 1.0,
    models.IntegerField: lambda field: 1,
    models.GenericIPAddressField: lambda field: "10.0.0.7",
    models.CharField: lambda field: field.choices[0][0] if field.choices else uuid4().hex[: field.max_length],
    models.TextField: lambda field: "text",
}


def planted(model: type[models.Model], person: models.Model) -> models.Model:
    """Return a row of this table in the organization in scope: one that stands, or a new one."""
    # What was deleted is on no page: a copy of it would not be, either.
    names = {field.name for field in model._meta.local_fields}
    gone = [name for name in ("archived_at", "revoked_at", "removed_at") if name in names]
    # Keys are random: among the rest the one that was made first, so that each run takes the same.
    begun = [field.name for field in model._meta.local_fields if field.default is clock.now]
    standing = model._default_manager.order_by(*(F(name).asc(nulls_first=True) for name in (*gone, *begun)), "pk").first()
    if standing is not None:
        return standing
    return made(model, person)


def made(model: type[models.Model], person: models.Model, /, **given: Any) -> models.Model:
    """Return a new row of this table, with what is given in it."""
    needed = [field for field in model._meta.local_fields if field.name not in given and _is_needed(field)]
    try:
        return model._default_manager.create(**{field.name: _value(field, person) for field in needed}, **given)
    except Exception as error:
        raise AssertionError(
            f"{model.__name__} could not be planted from its fields ({error}). Plant one in tests/isolation/planted.py."
        ) from error


def _is_needed(field: models.Field) -> bool:
    return not (field.primary_key or field.null or field.has_default())


def _value(field: models.Field, person: models.Model) -> Any:
    if isinstance(field, models.ForeignKey):
        target = field.remote_field.model
        return person if isinstance(person, target) else planted(target, person)
    return next(make(field) for kind, make in VALUES.items() if isinstance(field, kind))
