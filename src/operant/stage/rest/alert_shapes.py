"""What the endpoints of alerts take and give."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from operant.platform import api

from .. import ids, models, phrasing
from ..terms import LONGEST_DAMPING, LONGEST_WITHIN, Terms
from .shapes import DashboardId

AlertId = api.Id(ids.ALERT)
Number = Annotated[str, Field(pattern=r"^-?[0-9]{1,24}(\.[0-9]{1,12})?$", description="A number as text, since it is exact.")]
Reduce = Literal["first", "last", "highest", "lowest", "sum", "average", "rows"]
Condition = Literal["above", "below", "changed", "silent"]
Damping = Annotated[int, Field(ge=0, le=LONGEST_DAMPING)]


class AlertBody(api.Body):
    """
    What an alert looks at and when it fires.

    `query` is the id of a query in the published document. `column` is empty where `reduce` is `rows`. `limit` is a percentage
    for `changed`, against the value `within_seconds` before, and not asked for `silent`.
    """

    name: api.Text
    query: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,40}$")]
    column: Annotated[str, Field(max_length=300), api.Storable] = ""
    reduce: Reduce
    condition: Condition
    limit: Number | None = None
    within_seconds: Annotated[int, Field(ge=0, le=LONGEST_WITHIN)] = 0
    hold_seconds: Damping = 0
    rest_seconds: Damping = 0

    def terms(self) -> Terms:
        """Return the terms that the body says."""
        return Terms(
            name=self.name, query_id=self.query, column=self.column, reduce=self.reduce, condition=self.condition,
            limit=None if self.limit is None else Decimal(self.limit), within_seconds=self.within_seconds,
            hold_seconds=self.hold_seconds, rest_seconds=self.rest_seconds,
        )  # fmt: skip


class MuteBody(api.Body):
    """Until when nobody is notified: within 30 days; null to be notified again."""

    until: api.GivenInstant | None


class Alert(api.Shape):
    """
    An alert, and what it says now.

    `value` is the last one that was seen and `trouble` why there is none newer. `resting` still fires, and is about to end.
    """

    id: AlertId
    dashboard: DashboardId
    name: str
    query: str
    column: str
    reduce: Reduce
    condition: Condition
    limit: str | None
    within_seconds: int
    hold_seconds: int
    rest_seconds: int
    state: Literal["ok", "pending", "firing", "resting"]
    state_since: api.Instant
    fired_at: api.Instant | None
    value: str | None
    evaluated_at: api.Instant | None
    trouble: str | None
    muted_until: api.Instant | None

    @classmethod
    def of(cls, row: models.Alert) -> "Alert":
        """Return an alert as the contract has it."""
        same = ("name", "column", "reduce", "condition", "within_seconds", "hold_seconds", "rest_seconds", "state", "state_since",
                "fired_at", "evaluated_at", "muted_until")  # fmt: skip
        return cls(
            id=row.pk, dashboard=row.dashboard_id, query=row.query_id, value=row.value or None, trouble=row.trouble or None,
            limit=None if row.limit is None else phrasing.exact(row.limit), **{name: getattr(row, name) for name in same},
        )  # fmt: skip
