"""Two states of one dashboard side by side: versions by their number, and the draft."""

from dataclasses import dataclass
from typing import Any

from operant.platform.refusals import NotFound

from . import differences, ids, queries
from .models import Dashboard, DashboardVersion, Source

DRAFT = "draft"


@dataclass(frozen=True)
class Side:
    """One of the two: how an address names it, what people call it, its document, and its version unless it is the draft."""

    key: str
    label: str
    document: dict[str, Any]
    version: DashboardVersion | None = None


@dataclass(frozen=True)
class Comparison:
    """What is different from one side to the other."""

    before: Side
    after: Side
    changes: list[differences.Change]


def compare(dashboard: Dashboard, before: str = "", after: str = "") -> Comparison:
    """
    Return what is different between two states of a dashboard, each named by a version's number or `draft`.

    Unless told, that is what publishing the draft would change; or, where it would change nothing, what the last
    publication changed.

    :raises NotFound: when there is no such version.
    """
    later = side(dashboard, after or _latest(dashboard))
    earlier = side(dashboard, before or _before(dashboard, later))
    return Comparison(earlier, later, differences.between(earlier.document, later.document, _names(earlier, later)))


def _latest(dashboard: Dashboard) -> str:
    return DRAFT if dashboard.published is None or dashboard.has_changes else str(dashboard.published.number)


def _before(dashboard: Dashboard, later: Side) -> str:
    if later.version:
        return str(max(later.version.number - 1, 1))
    return str(dashboard.published.number) if dashboard.published else DRAFT


def side(dashboard: Dashboard, key: str) -> Side:
    """
    Return one state of a dashboard, named by a version's number or `draft`.

    :raises NotFound: when there is no such version.
    """
    if key == DRAFT:
        return Side(DRAFT, "Draft", dashboard.draft)
    # Nothing but plain digits: Python reads other alphabets' as well.
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        raise NotFound(f"There is no version “{key[:20]}” of {dashboard.name}.")
    version = queries.numbered(dashboard, int(key))
    return Side(str(version.number), f"Version {version.number}", version.document, version)


def _names(*sides: Side) -> dict[str, str]:
    named = {query["source"] for side in sides for query in side.document["queries"]}
    keys = [key for each in named if (key := ids.source_key(each))]
    return {each.public_id: each.name for each in Source.objects.filter(pk__in=keys).only("name")}
