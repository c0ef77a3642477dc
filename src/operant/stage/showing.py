"""Where dashboards are shown: rooms above register what they know, and Stage asks without knowing them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Place:
    """One place that shows a dashboard, for example a screen: its name, page and state in words."""

    name: str
    url: str
    state: str = ""
    tone: str = "muted"


Asked = Callable[[Sequence[UUID]], dict[UUID, list[Place]]]
_asked: list[Asked] = []
_addresses: list[Callable[[str], str]] = []


def register(places: Asked, *, address: Callable[[str], str] | None = None) -> None:
    """
    Ask `places` where dashboards are shown; it answers for all of them with one statement.

    `address` returns the page on which an organization, named by its slug, puts dashboards somewhere.
    """
    _asked.append(places)
    if address:
        _addresses.append(address)


def address(slug: str) -> str:
    """Return the page on which dashboards are put on screens, or nothing when there is no such room."""
    return _addresses[0](slug) if _addresses else ""


def places(dashboards: Sequence[UUID]) -> dict[UUID, list[Place]]:
    """Return where each of these dashboards is shown, by dashboard."""
    found: dict[UUID, list[Place]] = {each: [] for each in dashboards}
    for ask in _asked:
        for dashboard, shown in ask(dashboards).items():
            found[dashboard] += shown
    return found
