"""Lists in pages that stay whole while rows come and go: a cursor says after which row to go on."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from pydantic import Field

from operant.platform.refusals import Invalid

from .shapes import Body, Shape

MOST, USUAL = 200, 50
Entry = TypeVar("Entry")
Row = TypeVar("Row")


class Page(Shape, Generic[Entry]):
    """A part of a list, and the cursor of the next one; null after the last."""

    entries: list[Entry]
    next: str | None


class Paging(Body):
    """Which part of a list is wanted."""

    model_config = {**Body.model_config, "strict": False}

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many entries at most.")] = USUAL
    cursor: Annotated[str, Field(max_length=400, description="`next` of the page before.")] = ""

    def of(self, rows: QuerySet[Row], shape: Callable[[Row], Entry], *, by: str, down: bool = False) -> Page[Entry]:
        """
        Return the page of these rows, in the order of a column that never changes, oldest first unless `down`.

        :raises Invalid: when the cursor is none of this list.
        """
        rows = rows.order_by(*((f"-{by}", "-pk") if down else (by, "pk")))
        if self.cursor:
            rows = rows.filter(self._after(rows, by, down))
        found = list(rows[: self.limit + 1])
        shown = found[: self.limit]
        is_last = len(found) <= self.limit
        return Page(entries=[shape(each) for each in shown], next=None if is_last else _cursor(rows, shown[-1], by))

    def _after(self, rows: QuerySet[Any], by: str, down: bool) -> Q:
        value, key = _read(rows, self.cursor, by)
        beyond = "lt" if down else "gt"
        return Q(**{f"{by}__{beyond}": value}) | Q(**{by: value, f"pk__{beyond}": key})


def link(address: str, query: dict[str, str], cursor: str) -> str:
    """Return the Link header that leads to the next page."""
    return f'<{address}?{urlencode({**query, "cursor": cursor})}>; rel="next"'


def _cursor(rows: QuerySet[Any], row: Any, by: str) -> str:
    value = getattr(row, by)
    plain = value.isoformat() if isinstance(value, datetime) else value
    return _signer(rows, by).sign_object([plain, row.pk.hex])


def _read(rows: QuerySet[Any], cursor: str, by: str) -> tuple[Any, UUID]:
    try:
        plain, key = _signer(rows, by).unsign_object(cursor)
    except signing.BadSignature:
        raise Invalid("The cursor is none of this list. Begin without one.") from None
    return datetime.fromisoformat(plain) if isinstance(plain, str) else plain, UUID(key)


def _signer(rows: QuerySet[Any], by: str) -> signing.Signer:
    return signing.Signer(salt=f"api.cursor.{rows.model._meta.label}.{by}")
