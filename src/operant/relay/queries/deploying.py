"""How deployments stand: on each screen, in their stage, and back again. Inside the organization's scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from operant.platform import clock
from operant.platform.refusals import NotFound
from operant.stage.models import Dashboard

from .. import faults, holding
from ..models import DeployedScreen, Deployment, Heartbeat, Screen, Screens
from . import fleet, targets, uptime
from .targets import Target

State = Deployment.State
FOLLOWED_FOR = timedelta(days=7)
# A player gives a request up after fifteen seconds: what arrives later was sent when the screen had been told.
SURE_AFTER = timedelta(seconds=20)
# What is asked of each screen every two seconds: no picture of a version, and nothing that only its own page shows.
_OWN = [each.attname for each in DeployedScreen._meta.concrete_fields]
_OF_SCREENS = (
    "name", "state", "last_seen_at", "unpaired_at", "dashboard_id", "playlist_id", "schedule_id", "time_zone", "held",
    "rendered_at", "rendered_version__number",
)  # fmt: skip
NO_ERRORS = (0, int(faults.BEFORE.total_seconds()))


def deployments() -> QuerySet[Deployment]:
    """Return the deployments, newest first, each with how many screens were told and how many of these painted it."""
    # Counted for the rows of a page only, not before it is cut.
    rows = DeployedScreen.objects.filter(deployment=OuterRef("pk"))
    told, painted = (_counted(each) for each in (rows, rows.exclude(painted_at=None)))
    found = Deployment.objects.select_related("dashboard", "version", "before", "created_by", "rolled_back_by")
    documents = ("dashboard__draft", "version__document", "before__document")
    return found.defer(*documents).annotate(told=told, painted=painted).order_by("-created_at", "pk")


def _counted(rows: QuerySet[DeployedScreen]) -> Coalesce:
    counts = rows.order_by().values("deployment").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts), 0)


def deployment(deployment_id: UUID) -> Deployment:
    """
    Return one deployment.

    :raises NotFound: when there is none here.
    """
    found = deployments().filter(pk=deployment_id).first()
    if found is None:
        raise NotFound("There is no such deployment.")
    return found


def screens(deployment: Deployment) -> QuerySet[DeployedScreen]:
    """Return what became of a deployment on its screens, by stage and name."""
    rows = DeployedScreen.objects.filter(deployment=deployment).select_related("screen__rendered_version", "before")
    return rows.only(*_OWN, *(f"screen__{each}" for each in _OF_SCREENS), "before__number").order_by("stage", "screen__name", "pk")


def meant(target: str, dashboard_id: UUID) -> Screens:
    """Return the screens of a stage that show the dashboard, always or by turns."""
    return targets.screens_of(Target.read(target)) & fleet.set_to_show(dashboard_id)


@dataclass(frozen=True)
class Standing:
    """
    How a deployment stands on the screens that were told.

    `showing` are those that show its dashboard now, `again` those that were told in an earlier stage than the one that runs, which
    means nobody else.
    """

    deployment: Deployment
    rows: list[DeployedScreen]
    showing: frozenset[UUID]
    seen: frozenset[UUID]
    again: frozenset[UUID] = frozenset()

    @property
    def fault(self) -> DeployedScreen | None:
        """The first screen that could not show the version as it should."""
        until = self.deployment.ended_at or clock.now()
        wrong = [each for each in self.rows if each.is_faulty(until)]
        return min(wrong, key=lambda each: (each.rejected_at is None, each.rejected_at or clock.now(), each.pk), default=None)

    @cached_property
    def in_stage(self) -> list[DeployedScreen]:
        """Those of the stage that runs which still show the dashboard."""
        return [
            each for each in self.rows
            if (each.stage == self.deployment.stage or each.screen_id in self.again) and self.is_meant(each)
        ]  # fmt: skip

    @property
    def missing(self) -> list[DeployedScreen]:
        """Those of them that have not painted the version."""
        return [each for each in self.in_stage if each.painted_at is None]

    @property
    def missing_anywhere(self) -> bool:
        """Whether there is one in any stage that has not painted it, also one that shows something else for now."""
        return any(each.painted_at is None and each.screen.unpaired_at is None for each in self.rows)

    @property
    def newly_painted(self) -> list[DeployedScreen]:
        """Those of any stage that have painted it now, and had not before."""
        return [each for each in self.rows if each.painted_at is None and each.screen_id in self.seen]

    def is_meant(self, row: DeployedScreen) -> bool:
        """Whether a screen is still one that shows the dashboard."""
        return row.screen_id in self.showing

    def is_to_return(self, row: DeployedScreen) -> bool:
        """Whether a screen is still waited for to show again what it showed before; one with a later version is not."""
        return self.may_return(row) and self.is_meant(row)

    def may_return(self, row: DeployedScreen) -> bool:
        """Whether a screen may still show again what it showed before, also one that shows something else for now."""
        is_later = row.left_out_at and self.deployment.back_at and row.left_out_at >= self.deployment.back_at
        return row.returned_at is None and row.screen.unpaired_at is None and not is_later

    def has_passed(self, now: datetime) -> bool:
        """Whether the version stood on the screens of the stage for as long as it should, as far as they can be waited for."""
        run, rows = self.deployment, self.in_stage
        is_patient = now < (run.stage_at or now) + timedelta(seconds=run.patience_seconds)
        stood = timedelta(seconds=run.stand_seconds)
        if any(self._holds_up(each, now - stood, is_patient) for each in rows):
            return False
        # What nobody has seen standing is no reason to bring it to others.
        return run.stage == len(run.stages) or any(each.painted_at and _is_heard(each.screen) for each in rows)

    def _holds_up(self, row: DeployedScreen, since: datetime, is_patient: bool) -> bool:
        if _is_heard(row.screen) and (row.painted_at or row.screen.shows.is_plain):
            return row.painted_at is None or row.painted_at > since
        return is_patient


def standing(deployment: Deployment) -> Standing:
    """Return how a deployment stands now."""
    rows = list(screens(deployment))
    for each in rows:
        each.deployment = deployment
    ids = {each.screen_id for each in rows}
    showing = frozenset(fleet.set_to_show(deployment.dashboard_id).filter(pk__in=ids).values_list("pk", flat=True))
    open_ones = [each for each in rows if each.painted_at is None]
    return Standing(deployment, rows, showing, _painted(open_ones, deployment), _again(deployment, rows))


def _again(deployment: Deployment, rows: list[DeployedScreen]) -> frozenset[UUID]:
    if deployment.state != State.RUNNING or any(each.stage == deployment.stage for each in rows):
        return frozenset()
    return frozenset(meant(deployment.stages[deployment.stage - 1]["target"], deployment.dashboard_id).values_list("pk", flat=True))


def painted_at(row: DeployedScreen, now: datetime) -> datetime:
    """Return when a screen that shows the version now painted it: after it was told, and not later than now."""
    is_on = row.screen.rendered_version_id == row.deployment.version_id and row.screen.rendered_at is not None
    return max(row.told_at or now, min(row.screen.rendered_at, now)) if is_on and row.screen.rendered_at else now


def expected(row: DeployedScreen) -> UUID | None:
    """Return the version that a screen is to show again: the one it was held at, or what was published."""
    return row.before_id or row.deployment.before_id


def returned(deployment: Deployment, rows: Iterable[DeployedScreen]) -> dict[UUID, datetime]:
    """Return which of these rows' screens show what they showed before again, and since when."""
    back_at = deployment.back_at
    found: dict[UUID, datetime] = {}
    for each in rows:
        screen = each.screen
        heard = screen.last_seen_at is not None and back_at is not None and screen.last_seen_at > back_at
        if not heard or screen.rendered_version_id != expected(each):
            continue
        is_anew = screen.rendered_at is not None and screen.rendered_at >= back_at
        # One that was seen with the version says when it painted the other. What a device whose clock is ahead painted long ago
        # seems new, so one that was not is believed when nothing it said before can still be under way.
        if is_anew and (each.painted_at or each.rejected_at):
            found[each.pk] = screen.rendered_at
        elif screen.last_seen_at >= back_at + SURE_AFTER:
            found[each.pk] = screen.last_seen_at
    return found


def stands(deployment: Deployment) -> bool:
    """Return whether what is published is still what this deployment, which ended, left published."""
    is_published = deployment.state == State.DONE and deployment.is_for_all
    published = Dashboard.objects.filter(pk=deployment.dashboard_id).values_list("published_id", flat=True).first()
    return published == (deployment.version_id if is_published else deployment.before_id)


def held_at(screen: Screen, dashboard: Dashboard) -> UUID | None:
    """Return the version of a dashboard that a screen is held at, or None where it shows what is published."""
    wanted = holding.wanted(screen.held, dashboard.pk, dashboard.published_id)
    return wanted if wanted != dashboard.published_id else None


def held_elsewhere(deployment: Deployment) -> str:
    """Return the name of a screen that is held at another version of the dashboard than a deployment's, or nothing."""
    dashboard = Dashboard.objects.only("pk", "published").get(pk=deployment.dashboard_id)
    held = fleet.set_to_show(dashboard.pk).filter(held__contains=str(dashboard.pk)).order_by("name").only("name", "held")
    return next((each.name for each in held if held_at(each, dashboard)), "")


def errors_lately(screens: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return how many errors screens threw lately, and in how many seconds in which they were heard; none without any."""
    now = clock.now()
    beats = Heartbeat.objects.filter(screen_id__in=list(screens), at__gte=now - faults.BEFORE, errors__gt=0, thrown__gt=0)
    thrown = dict(beats.order_by().values_list("screen_id").annotate(Sum("thrown")))
    if not thrown:
        return {}
    found = uptime.away(Screen.objects.filter(pk__in=thrown), days=faults.BEFORE.days)
    return {each.pk: (thrown[each.pk], max(60, int(_heard_for(each, now).total_seconds()))) for each in found}


def _heard_for(screen: Screen, now: datetime) -> timedelta:
    share = uptime.share(screen, days=faults.BEFORE.days)
    return (share or 0) * (now - max(now - faults.BEFORE, screen.paired_at))


def _painted(rows: list[DeployedScreen], deployment: Deployment) -> frozenset[UUID]:
    version, found = deployment.version_id, set()
    for each in rows:
        heard = each.screen.last_seen_at and each.told_at and each.screen.last_seen_at >= each.told_at
        if heard and each.screen.rendered_version_id == version:
            found.add(each.screen_id)
    # What turns may be over before anybody looks: its heartbeats say what was on.
    turning = [each for each in rows if each.screen_id not in found and not each.screen.shows.is_plain and each.told_at]
    if turning:
        since = min(each.told_at for each in turning if each.told_at)
        beats = Heartbeat.objects.filter(screen_id__in=[each.screen_id for each in turning], at__gt=since, version=version)
        found.update(beats.order_by().values_list("screen_id", flat=True).distinct())
    return frozenset(found)


def _is_heard(screen: Screen) -> bool:
    return screen.state == Screen.State.ONLINE
