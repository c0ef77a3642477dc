"""Where sealed values stand in the database, so that all of them can be sealed anew."""

from base64 import b64decode, b64encode
from dataclasses import dataclass

from django.apps import apps

from .fields import SealedTextField


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed values, and the key column of its table."""

    table: str
    key: str
    column: str
    context: str
    as_text: bool = False  # in base64, where the column belongs to a library that expects text

    def read(self, value: bytes | str) -> bytes:
        """Return a value of this column as it was sealed."""
        return b64decode(value) if self.as_text else bytes(value)

    def written(self, sealed: bytes) -> bytes | str:
        """Return a sealed value as this column holds it."""
        return b64encode(sealed).decode() if self.as_text else sealed


_REGISTERED: list[SealedColumn] = []


def register(column: SealedColumn) -> None:
    """Name a column that holds sealed values without being a `SealedTextField`; called in `apps.ready`."""
    if column not in _REGISTERED:
        _REGISTERED.append(column)


def sealed_columns() -> list[SealedColumn]:
    """Return every column of sealed values in this house."""
    fields = [
        SealedColumn(model._meta.db_table, model._meta.pk.column, field.column, field.context)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if isinstance(field, SealedTextField)
    ]
    return fields + _REGISTERED
