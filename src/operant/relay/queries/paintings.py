"""When a screen painted the versions that it was told of, and how long that took. Inside the organization's scope."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery

from operant.platform import clock
from operant.stage.models import DashboardVersion

from ..models import DeployedScreen, Deployment, Heartbeat, Screen
from . import devices

LATELY, MOST = timedelta(days=7), 10
# Whoever has not painted it by then has other news to tell than when it did.
WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Painting:
    """That a screen painted a version at a moment, and when it was told to: by a publication, a stage, or to go back to it."""

    at: datetime
    number: int
    dashboard: str
    told_at: datetime
    because: str

    @property
    def took(self) -> timedelta:
        """From being told to being seen; clocks of devices differ, but nothing is painted before it is there."""
        return max(timedelta(), self.at - self.told_at)


def paintings(screen: Screen) -> list[Painting]:
    """Return what a screen painted in the last days because it was told to, newest first."""
    since = clock.now() - LATELY
    return sorted([*_deployed(screen, since), *_published(screen, since)], key=lambda each: each.at, reverse=True)


def _deployed(screen: Screen, since: datetime) -> Iterator[Painting]:
    late = Q(painted_at__gte=since) | Q(returned_at__gte=since)
    rows = DeployedScreen.objects.filter(late, screen=screen).select_related("deployment__dashboard", "before")
    numbers = {"number": F("deployment__version__number"), "earlier": F("deployment__before__number")}
    documents = ("deployment__dashboard__draft", "before__document")
    for row in rows.defer(*documents).annotate(**numbers).order_by("-deployment__created_at", "pk")[:MOST]:
        name, back_at = row.deployment.dashboard.name, row.deployment.back_at
        if row.painted_at and row.told_at:
            yield Painting(row.painted_at, row.number, name, row.told_at, "it was told")
        if row.returned_at and back_at and (number := row.before.number if row.before else row.earlier):
            yield Painting(row.returned_at, number, name, back_at, "it was told to go back")


def _published(screen: Screen, since: datetime) -> Iterator[Painting]:
    # Of what came in stages, the stage told the screen, at another time.
    staged = Deployment.objects.filter(dashboard__in=(shown := _shown(screen))).values("version")
    first = Heartbeat.objects.filter(
        screen_id=screen.pk, version=OuterRef("pk"), at__gte=OuterRef("at"), at__lt=OuterRef("at") + WITHIN
    )
    versions = DashboardVersion.objects.filter(dashboard__in=shown, at__gte=since).exclude(pk__in=staged)
    painted = versions.annotate(painted_at=Subquery(first.order_by("at").values("painted_at")[:1]))
    newest = painted.order_by("-at", "-number").values_list("painted_at", "number", "dashboard__name", "at")[:MOST]
    return (Painting(at, number, name, told_at, "it was published") for at, number, name, told_at in newest if at)


def _shown(screen: Screen) -> Iterable[UUID]:
    if screen.shows.is_plain:
        return {screen.dashboard_id} - {None}
    program = devices.board(screen.organization_id, screen.shows).program
    return {each.dashboard_id for each in program.scenes} if program else set()
