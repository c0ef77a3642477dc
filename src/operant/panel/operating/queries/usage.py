from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from operant.platform import clock, tenancy
from operant.platform.tenancy import counts


@dataclass(frozen=True)
class Used:
    """A feature in the weeks in which enough organizations used it."""

    feature: str
    uses: int
    weeks: int
    most_organizations: int
    last_week: date


def features(person_id: UUID) -> list[Used]:
    """Return what was used by groups of organizations, week by week, the most used first. Opens the operator's scope."""
    with tenancy.organization_scope(tenancy.OPERATOR, person_id):
        rows = counts.usage(clock.now())
    by_feature = defaultdict(list)
    for row in rows:
        by_feature[row["feature"]].append(row)
    found = [
        Used(
            feature, sum(row["uses"] for row in weeks), len(weeks), max(row["organizations"] for row in weeks),
            max(row["week"] for row in weeks),
        )
        for feature, weeks in by_feature.items()
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.uses, each.feature))
