"""What walls show as an error now: widgets of published dashboards that somebody looks at."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from operant.platform import clock

from . import queries, showing
from .models import Dashboard, Result, Share, Viewer

# A screen that is off for a moment is no reason to forget what it shows.
SINCE = timedelta(hours=1)
# Of a source that many read: home is asked often, and names few.
MOST_READ = 50


@dataclass(frozen=True)
class Failing:
    """A dashboard with the titles of its widgets that show an error."""

    dashboard_id: UUID
    name: str
    widgets: list[str]

    @property
    def sentence(self) -> str:
        more = len(self.widgets) - 2
        named = f"{', '.join(self.widgets[:2])} and {more} more" if more > 0 else " and ".join(self.widgets)
        return f"{named} on {self.name} {'shows' if len(self.widgets) == 1 else 'show'} an error."


def failing(most: int) -> list[Failing]:
    """Return the published dashboards on screens or in browsers that show an error, by name, at most so many."""
    watched = Result.objects.filter(state=Result.State.FAILED, watched_until__gt=clock.now() - SINCE)
    failed = dict(watched.values_list("key", "source"))
    if not failed:
        return []
    reading = Dashboard.objects.standing().filter(published__isnull=False, uses__source__in=set(failed.values()))
    names = _shown(dict(reading.order_by("name", "pk").values_list("pk", "name")))
    documents = queries.documents(names)
    found = [Failing(key, name, list(_titles(documents[key], failed.keys()))) for key, name in names.items() if key in documents]
    return [each for each in found if each.widgets][:most]


def _shown(names: dict[UUID, str]) -> dict[UUID, str]:
    """Return those of these dashboards that somebody looks at as they were published: a preview in the editor is no wall."""
    now = clock.now()
    open_in = Viewer.objects.filter(dashboard__in=names, until__gt=now - SINCE).values_list("dashboard_id", flat=True)
    shared = Share.objects.showing(now).filter(dashboard__in=names).values_list("dashboard_id", flat=True)
    seen = {*open_in, *shared}
    places = showing.places(list(names))
    return dict(islice(((key, name) for key, name in names.items() if key in seen or places[key]), MOST_READ))


def _titles(document: dict[str, Any], failed: Container[str]) -> Iterator[str]:
    broken = {query for query, key in queries.keys(document).items() if key in failed}
    for widget in document["widgets"]:
        if widget.get("query") in broken:
            yield widget["title"] or f"A {widget['kind']} without a title"
