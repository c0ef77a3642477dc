from datetime import date, time
from typing import Annotated, Literal

from django.db.models import Prefetch
from django.http import HttpRequest
from pydantic import Field

from operant.platform import api
from operant.platform.refusals import Invalid
from operant.stage import queries as stage
from operant.stage.models import Dashboard

from .. import models, rules
from ..actions import schedules as actions
from ..actions.schedules import Wish
from ..models import MOST_RULES
from ..queries import playing
from .playlists import DashboardId, Name, PlaylistId
from .scopes import READ, WRITE

routes = api.Routes("Schedules")
ONE = "/schedules/{schedule:schedule_id}"
ScheduleId = api.Id("sch")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PRIORITIES = ("low", "normal", "high", "urgent")
WeekDay = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class RuleBody(api.Body):
    """
    When something else is shown, and what: a dashboard or a playlist, or with neither nothing.

    Times are those of a clock on the wall in the schedule's zone; one that ends when or before it begins ends on the next
    day. With dates it is an exception that begins on those days only.
    """

    name: Name
    dashboard: DashboardId | None = None
    playlist: PlaylistId | None = None
    days: Annotated[list[WeekDay], Field(min_length=1, max_length=7)] = list(DAYS)
    starts_at: TimeOfDay = "00:00"
    ends_at: TimeOfDay = "00:00"
    first_on: Day | None = None
    last_on: Day | None = None
    priority: Literal["low", "normal", "high", "urgent"] = "normal"


class ScheduleRule(api.Shape):
    """A rule. Of those that are on, the higher priority wins, then the one with dates, then the shorter, then the later."""

    name: str
    dashboard: DashboardId | None
    playlist: PlaylistId | None
    days: list[WeekDay]
    starts_at: str
    ends_at: str
    first_on: str | None
    last_on: str | None
    priority: Literal["low", "normal", "high", "urgent"]

    @classmethod
    def of(cls, row: models.Rule) -> "ScheduleRule":
        """Return a rule as the contract has it."""
        return cls(
            name=row.name, dashboard=row.dashboard_id, playlist=row.playlist_id,
            days=[day for number, day in enumerate(DAYS) if row.days >> number & 1],
            starts_at=f"{row.starts_at:%H:%M}", ends_at=f"{row.ends_at:%H:%M}",
            first_on=row.first_on and row.first_on.isoformat(), last_on=row.last_on and row.last_on.isoformat(),
            priority=PRIORITIES[row.priority],
        )  # fmt: skip


class Schedule(api.Shape):
    """Rules that say when screens show something else than usual. An empty `time_zone` is each screen's own."""

    id: ScheduleId
    name: str
    time_zone: str
    rules: list[ScheduleRule]
    created_at: api.Instant

    @classmethod
    def of(cls, row: models.Schedule) -> "Schedule":
        """Return a schedule as the contract has it."""
        found = [ScheduleRule.of(each) for each in row.rules.all()]
        return cls(id=row.pk, name=row.name, time_zone=row.time_zone, rules=found, created_at=row.created_at)


TimeZone = Annotated[str, Field(max_length=64), api.Storable]
Rules = Annotated[list[RuleBody], Field(max_length=MOST_RULES, description="All its rules, in the order they were made.")]


class ScheduleBody(api.Body):
    """What a schedule is called, whose clock it goes by, and its rules."""

    name: Name
    time_zone: TimeZone = ""
    rules: Rules = []


class ScheduleChange(api.Change):
    """What is named is changed; `rules` take the place of all that were there."""

    name: Name = None
    time_zone: TimeZone = None
    rules: Rules = None


@routes.get("/schedules", needs=READ, rule=rules.see_screens, gives=api.Page[Schedule])
def list_schedules(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the schedules, in the order in which they were made."""
    rows = models.Schedule.objects.prefetch_related(Prefetch("rules", models.Rule.objects.order_by("position")))
    return paging.of(rows, Schedule.of, by="created_at")


@routes.post("/schedules", needs=WRITE, rule=rules.arrange, gives=Schedule, refuses=(404,))
def make_schedule(request: HttpRequest, body: ScheduleBody):
    """Make a schedule."""
    by, wishes = request.auth.actor, _wishes(body.rules)
    made = actions.make_schedule(name=body.name, by=by, time_zone=body.time_zone, rules=wishes)
    return Schedule.of(playing.schedule(made.pk))


@routes.get(ONE, needs=READ, rule=rules.see_screens, gives=Schedule)
def get_schedule(request: HttpRequest, schedule_id: ScheduleId):
    """Look at one schedule."""
    return Schedule.of(playing.schedule(schedule_id))


@routes.patch(ONE, needs=WRITE, rule=rules.arrange, gives=Schedule)
def change_schedule(request: HttpRequest, schedule_id: ScheduleId, body: ScheduleChange):
    """Give a schedule another name, time zone or rules. Its screens follow at once."""
    found, named = playing.schedule(schedule_id, locked=True), body.model_fields_set
    said = {name: getattr(body, name) for name in ("name", "time_zone") if name in named}
    wishes = _wishes(body.rules) if "rules" in named else None
    actions.change_schedule(schedule=found, by=request.auth.actor, rules=wishes, **said)
    return Schedule.of(playing.schedule(schedule_id))


@routes.delete(ONE, needs=WRITE, rule=rules.arrange, refuses=(409,))
def delete_schedule(request: HttpRequest, schedule_id: ScheduleId):
    """Delete a schedule that no screen has."""
    actions.delete_schedule(schedule=playing.schedule(schedule_id, locked=True), by=request.auth.actor)


def _wishes(rules: list[RuleBody]) -> list[Wish]:
    boards = {each: stage.dashboard(each) for each in {each.dashboard for each in rules} - {None}}
    lists = {each: playing.playlist(each) for each in {each.playlist for each in rules} - {None}}
    return [_wish(each, boards.get(each.dashboard), lists.get(each.playlist)) for each in rules]


def _wish(body: RuleBody, dashboard: Dashboard | None, playlist: models.Playlist | None) -> Wish:
    return Wish(
        name=body.name, dashboard=dashboard, playlist=playlist, days=sum(1 << DAYS.index(each) for each in set(body.days)),
        starts_at=time.fromisoformat(body.starts_at), ends_at=time.fromisoformat(body.ends_at), first_on=_day(body.first_on),
        last_on=_day(body.last_on), priority=PRIORITIES.index(body.priority),
    )  # fmt: skip


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Invalid(f"{said} is no day of the calendar.") from None
