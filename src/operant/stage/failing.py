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
from .questions import asked, question

# A screen that is off for a moment is no reason to forget what it shows.
SINCE = timedelta(hours=1)
# Home is asked often and names few, and most dashboards that read a source that fails fail: no more are read at once than that.
AT_ONCE = 50


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
    failed = {key: (source, question(source, sql)) for key, source, sql in watched.values_list("key", "source", "sql")}
    if not failed:
        return []
    reading = Dashboard.objects.standing().filter(published__isnull=False, uses__source__in={each for each, _ in failed.values()})
    names = _shown(dict(reading.order_by("name", "pk").values_list("pk", "name")))
    broken = {*failed, *(asks for _, asks in failed.values())}
    return list(islice(_failing(names, broken), most))


def _failing(names: dict[UUID, str], broken: Container[str]) -> Iterator[Failing]:
    keys = list(names)
    for begin in range(0, len(keys), AT_ONCE):
        documents = queries.documents(keys[begin : begin + AT_ONCE])
        for key in filter(documents.__contains__, keys[begin : begin + AT_ONCE]):
            if widgets := list(_titles(documents[key], broken)):
                yield Failing(key, names[key], widgets)


def _shown(names: dict[UUID, str]) -> dict[UUID, str]:
    """Return those of these dashboards that somebody looks at as they were published: a preview in the editor is no wall."""
    now = clock.now()
    open_in = Viewer.objects.filter(dashboard__in=names, until__gt=now - SINCE).values_list("dashboard_id", flat=True)
    shared = Share.objects.showing(now).filter(dashboard__in=names).values_list("dashboard_id", flat=True)
    seen = {*open_in, *shared}
    places = showing.places(list(names))
    return {key: name for key, name in names.items() if key in seen or places[key]}


def _titles(document: dict[str, Any], broken: Container[str]) -> Iterator[str]:
    """Return the widgets of which an answer is broken. One that varies may be so with any values: who looks chooses them."""
    found = {query for query, each in asked(document).items() if each.key in broken or (each.varies and each.question in broken)}
    for widget in document["widgets"]:
        if widget.get("query") in found:
            yield widget["title"] or f"A {widget['kind']} without a title"
