from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from operant.platform import clock, tenancy
from operant.platform.tenancy import counts

QUIET_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Told:
    """What the operator may know of an organization: what it is called, and how much there is of it."""

    id: UUID
    slug: str
    name: str
    created_at: datetime
    people: int
    screens: int
    bytes: int
    last_on: date | None

    @property
    def state(self) -> str:
        """`operator` for one's own; `active` when somebody came within a month; otherwise `new` for a month, then `quiet`."""
        a_month_ago = clock.now() - QUIET_AFTER
        if self.id == tenancy.OPERATOR:
            return "operator"
        if self.last_on is not None and self.last_on > a_month_ago.date():
            return "active"
        return "new" if self.created_at > a_month_ago else "quiet"


def everyone(person_id: UUID) -> list[Told]:
    """Return every organization of this installation, by name. Opens its own scope: the operator's."""
    with tenancy.organization_scope(tenancy.OPERATOR, person_id):
        return [Told(**row) for row in counts.organizations()]
