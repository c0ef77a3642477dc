"""Where dashboards are shown: rooms above register what they know, and Stage asks without knowing them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Place:
    """One place that shows a dashboard, for example a screen: its name, page and state, and what it has painted."""

    name: str
    url: str
    state: str = ""
    tone: str = "muted"
    version: UUID | None = None


Asked = Callable[[Sequence[UUID]], dict[UUID, list[Place]]]
Counted = Callable[[Sequence[UUID]], int]
Valued = Callable[[Sequence[UUID]], dict[UUID, list[dict[str, Any]]]]
_asked: list[Asked] = []
_counted: list[Counted] = []
_valued: list[Valued] = []
_addresses: list[Callable[[str], str]] = []
_deploying: list[Callable[[str, UUID], tuple[str, str]]] = []


def register(
    places: Asked, *, screens: Counted, values: Valued | None = None, address: Callable[[str], str] | None = None,
    deploying: Callable[[str, UUID], tuple[str, str]] | None = None,
) -> None:  # fmt: skip
    """
    Ask `places` where dashboards are shown, and `screens` how many show them now; each answers with one statement.

    `values` returns what the variables of dashboards are set to there, each different set once, in one statement too.
    `address` returns the page on which an organization, named by its slug, puts dashboards somewhere, and `deploying` the two
    on which it brings a dashboard's versions to screens in stages, and on which the past of that stands.
    """
    _asked.append(places)
    _counted.append(screens)
    if values:
        _valued.append(values)
    if address:
        _addresses.append(address)
    if deploying:
        _deploying.append(deploying)


def address(slug: str) -> str:
    """Return the page on which dashboards are put on screens, or nothing when there is no such room."""
    return _addresses[0](slug) if _addresses else ""


def deploying(slug: str, dashboard_id: UUID) -> tuple[str, str]:
    """Return the pages that deploy a dashboard in stages and list what was, or nothing when there is no such room."""
    return _deploying[0](slug, dashboard_id) if _deploying else ("", "")


def places(dashboards: Sequence[UUID]) -> dict[UUID, list[Place]]:
    """Return where each of these dashboards is shown, by dashboard."""
    found: dict[UUID, list[Place]] = {each: [] for each in dashboards}
    for ask in _asked:
        for dashboard, shown in ask(dashboards).items():
            found[dashboard] += shown
    return found


def values(dashboards: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return what the variables of these dashboards are set to where they are shown, by dashboard."""
    found: dict[UUID, list[dict[str, Any]]] = {each: [] for each in dashboards}
    for ask in _valued:
        for dashboard, sets in ask(dashboards).items():
            found[dashboard] += sets
    return found


def screens(dashboards: Sequence[UUID]) -> int:
    """Return how many screens are alive and show one of these dashboards."""
    return sum(count(dashboards) for count in _counted)
