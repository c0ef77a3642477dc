"""What lies over screens, as people and as screens are told it. Inside the organization's scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from operant.platform.refusals import NotFound
from operant.stage.models import Dashboard

from ..models import Cover, Screen, Takeover
from . import playing
from .devices import Asking
from .targets import Target, screens_of, words


@dataclass(frozen=True, slots=True)
class Over:
    """A takeover as the screens under it are told: a message, or a version of a dashboard."""

    id: UUID
    text: str
    severity: str
    until: datetime
    version_id: UUID | None
    dashboard_id: UUID | None
    dashboard_name: str
    noted: str

    def asking(self, variables: str) -> Asking:
        """Return what a screen may ask for because of it."""
        return frozenset([(self.version_id, variables)] if self.version_id else [])


def over(takeover_id: UUID) -> Over:
    """
    Return what a takeover shows.

    :raises NotFound: when there is none here.
    """
    rows = Takeover.objects.filter(pk=takeover_id).values_list(
        "pk", "text", "severity", "until", "version_id", "version__dashboard_id", "version__dashboard__name",
        "version__dashboard__noted",
    )  # fmt: skip
    found = rows.first()
    if found is None:
        raise _none()
    *most, name, noted = found
    return Over(*most, name or "", noted or "")


def asking(takeover_id: UUID | None, variables: str) -> Asking:
    """Return what a screen may ask for because of the takeover that lies over it."""
    return over(takeover_id).asking(variables) if takeover_id else frozenset()


def takeovers() -> QuerySet[Takeover]:
    """Return the takeovers, newest first, each with how many screens it was meant for, painted it and failed to."""
    counted = {
        "meant": Count("covers"),
        "painted": Count("covers", filter=Q(covers__painted_at__isnull=False)),
        "failed": Count("covers", filter=Q(covers__painted_at=None, covers__failed_at__isnull=False)),
    }
    rows = Takeover.objects.select_related("version__dashboard", "started_by").annotate(**counted)
    return rows.defer("version__document", "version__dashboard__draft").order_by("-created_at", "pk")


def takeover(takeover_id: UUID) -> Takeover:
    """
    Return one takeover with the same figures.

    :raises NotFound: when there is none here.
    """
    found = takeovers().filter(pk=takeover_id).first()
    if found is None:
        raise _none()
    return found


def covers(takeover: Takeover) -> QuerySet[Cover]:
    """Return what each screen said of a takeover, by name; `is_under` says whether it still lies there."""
    rows = Cover.objects.filter(takeover=takeover).select_related("screen")
    under = Q(screen__takeover=F("takeover"), screen__unpaired_at=None)
    return rows.annotate(is_under=under).order_by("screen__name", "pk")


def held(targets: Iterable[Target], *, shows: Dashboard | None = None) -> list[Screen]:
    """
    Return the screens that are meant now, locked in one order until the transaction ends: after the dashboard that they are to
    show, as by everybody who changes that.

    :raises NotFound: when a screen, a group or a site among the targets is not there, or the dashboard was deleted meanwhile.
    """
    playing.hold(shows)
    found: set[UUID] = set()
    for each in targets:
        words(each)
        found |= set(screens_of(each).order_by().values_list("pk", flat=True))
    return list(Screen.objects.paired().filter(pk__in=found).order_by("pk").locked())


def _none() -> NotFound:
    return NotFound("There is no such takeover here. Only the latest hundred are kept.")
