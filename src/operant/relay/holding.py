"""
Which version a screen is held at: pure.

A hold stands for as long as the same version is published as when it was made. So whoever publishes reaches every screen at
once, and no hold is ever forgotten on one.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID


class Hold(NamedTuple):
    """A version in place of the published one, while that is `base`."""

    version_id: UUID
    base_id: UUID | None


@lru_cache(maxsize=2000)
def holds(held: str) -> Mapping[UUID, Hold]:
    """Return the holds of a screen by dashboard, read from their text."""
    found = json.loads(held) if held else {}
    return {UUID(dashboard): Hold(UUID(version), UUID(base) if base else None) for dashboard, (version, base) in found.items()}


def held_text(holds: Mapping[UUID, Hold]) -> str:
    """Return the same as text, always the same for the same holds; empty for none."""
    said = {str(dashboard): [str(each.version_id), str(each.base_id or "")] for dashboard, each in holds.items()}
    return json.dumps(said, sort_keys=True) if said else ""


def wanted(held: str, dashboard_id: UUID | None, published_id: UUID | None) -> UUID | None:
    """Return which version of a dashboard is to be on a screen."""
    hold = holds(held).get(dashboard_id) if held and dashboard_id else None
    return hold.version_id if hold and hold.base_id == published_id else published_id
