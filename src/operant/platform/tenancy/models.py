import uuid
from collections.abc import Iterator
from typing import Any, Self

from django.apps.registry import Apps
from django.db import models

from . import context


class TenantModel(models.Model):
    """A row that belongs to one organization. Its migration must `Isolate` it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization_id = models.UUIDField(default=context.current_organization_id, editable=False)

    class Meta:
        abstract = True


class TenantSample(models.Model):
    """
    One of very many rows that a subject says of itself over time, in a table that is cut into months.

    Its key is (organization_id, the subject, at): what finds one screen's week is also what makes a row one row.
    """

    ISOLATED_BY = "organization_id"

    organization_id = models.UUIDField(default=context.current_organization_id, editable=False)
    at = models.DateTimeField()

    class Meta:
        abstract = True


class TenantForeignKey(models.ForeignKey):
    """
    A reference inside one organization.

    The database constraint covers (organization_id, this column) and is made by `Isolate` or `Tie`, since a plain
    one is checked past row security and would let a row point into another organization.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class CompareAndSet(models.QuerySet):
    """Queryset with conditional moves, so that two callers make one change."""

    def moved(self, **values: Any) -> bool:
        """Return whether exactly this call changed the one row that still met the filter."""
        return self.update(**values) == 1

    def locked(self) -> Self:
        """Return the rows locked until the transaction ends."""
        return self.select_for_update()


def isolated_models(apps: Apps) -> Iterator[type[models.Model]]:
    """Return every model whose rows belong to organizations."""
    for model in apps.get_models():
        if issubclass(model, TenantModel) or getattr(model, "ISOLATED_BY", None):
            yield model
