from typing import Any

from django.db import models

from . import seal, unseal


class SealedTextField(models.BinaryField):
    """Text that the database holds sealed. Its context is `<table>.<column>`."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(bytes(value), context=self.context).decode()

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = value if value is None else seal(str(value).encode(), context=self.context)
        return super().get_db_prep_value(sealed, connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: Any) -> str:
        raise TypeError("Sealed values are not serialized.")

    @property
    def context(self) -> str:
        """What values of this column are sealed for."""
        return f"{self.model._meta.db_table}.{self.column}"
