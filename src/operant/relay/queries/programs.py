"""What screens show, by their playlists and schedules. Inside the organization's scope."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.stage.models import Dashboard

from .. import timetable
from ..models import Entry, Rule, Schedule
from ..program import Program, Scene, Shows, Switch, Turn
from ..timetable import Span, When

# A screen without network goes on for a week; it is told anew each day.
AHEAD = timedelta(days=8)
MOST_SCENES = 100
"""A screen keeps the documents of all of them; what is beyond is left out of its rounds."""


@dataclass(frozen=True)
class Content:
    """A dashboard, a playlist, or nothing."""

    dashboard_id: UUID | None = None
    playlist_id: UUID | None = None


def when(rule: Rule) -> When:
    """Return when a rule is on."""
    return When(
        rule.position, rule.days, rule.starts_at, rule.ends_at, rule.first_on, rule.last_on, rule.priority
    )


def zone_of(schedule: Schedule | None) -> ZoneInfo:
    """Return the zone in which a schedule's times are meant."""
    return ZoneInfo((schedule and schedule.time_zone) or organizations.organization().time_zone)


def spans(schedule: Schedule | None, since: datetime, until: datetime) -> list[tuple[Span, Rule | None]]:
    """Return which rule of a schedule holds when between two instants; None where the screen's usual does."""
    rules = {each.position: each for each in _rules(schedule.pk)} if schedule else {}
    found = timetable.spans([when(each) for each in rules.values()], since, until, zone_of(schedule))
    return [(each, rules[each.rule.position] if each.rule else None) for each in found]


def program(shows: Shows) -> Program:
    """Return what a screen that is set to this shows from the beginning of this day (UTC) on."""
    now = clock.now()
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    schedule = Schedule.objects.filter(pk=shows.schedule_id).first() if shows.schedule_id else None
    contents = [
        (span.since, Content(rule.dashboard_id, rule.playlist_id) if rule else Content(shows.dashboard_id, shows.playlist_id), rule)
        for span, rule in spans(schedule, since, since + AHEAD)
    ]
    making = _Making({content for _, content, _ in contents})
    switches = tuple(
        Switch(at, None if rule and content == Content() else making.round(content)) for at, content, rule in contents
    )
    topics = {f"schedule:{public_id('sch', shows.schedule_id)}"} if shows.schedule_id else set()
    return Program(tuple(making.scenes), tuple(making.rounds), switches, frozenset(topics | making.topics))


def values_of(dashboards: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Return what entries of playlists set the variables of these dashboards to."""
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = Entry.objects.filter(dashboard__in=list(dashboards), is_enabled=True).exclude(variables="")
    for dashboard, text in rows.values_list("dashboard", "variables"):
        found[dashboard].add(text)
    return found


def dashboards_of(shows: Iterable[Shows]) -> dict[Shows, set[UUID]]:
    """Return every dashboard that screens set to these may show at some time."""
    wanted = set(shows)
    if not wanted:
        return {}
    rules = list(Rule.objects.filter(schedule__in={each.schedule_id for each in wanted} - {None}))
    entries: dict[UUID, set[UUID]] = {}
    for playlist, dashboard in Entry.objects.filter(is_enabled=True).values_list("playlist", "dashboard"):
        entries.setdefault(playlist, set()).add(dashboard)

    def of(dashboard_id: UUID | None, playlist_id: UUID | None) -> set[UUID]:
        return ({dashboard_id} - {None}) | entries.get(playlist_id, set())  # type: ignore[arg-type]

    return {
        each: of(each.dashboard_id, each.playlist_id).union(
            *(of(rule.dashboard_id, rule.playlist_id) for rule in rules if rule.schedule_id == each.schedule_id)
        )
        for each in wanted
    }


def _rules(schedule_id: UUID) -> list[Rule]:
    return list(Rule.objects.filter(schedule=schedule_id).select_related("dashboard", "playlist").defer("dashboard__draft"))


class _Making:
    """The scenes and rounds of these contents, each once."""

    def __init__(self, contents: set[Content]) -> None:
        lists = {each.playlist_id for each in contents} - {None}
        self._entries: dict[UUID, list[Entry]] = {each: [] for each in lists if each}
        for entry in Entry.objects.filter(playlist__in=lists, is_enabled=True).order_by("position"):
            self._entries[entry.playlist_id].append(entry)
        wanted = {each.dashboard_id for each in contents} | {e.dashboard_id for es in self._entries.values() for e in es}
        rows = Dashboard.objects.filter(pk__in=wanted - {None}).values_list("pk", "published_id", "name", "noted")
        self._boards = {pk: rest for pk, *rest in rows}
        self.scenes: list[Scene] = []
        self.rounds: list[tuple[Turn, ...]] = []
        self.topics = {f"dashboard:{public_id('dsh', each)}" for each in wanted if each}
        self.topics |= {f"playlist:{public_id('pls', each)}" for each in lists if each}

    def round(self, content: Content) -> int:
        turns = tuple(self._turns(content))
        if turns not in self.rounds:
            self.rounds.append(turns)
        return self.rounds.index(turns)

    def _turns(self, content: Content) -> Iterable[Turn]:
        if content.dashboard_id:
            yield from self._turn(content.dashboard_id, "", 3600)
        for entry in self._entries.get(content.playlist_id, []) if content.playlist_id else []:
            yield from self._turn(entry.dashboard_id, entry.variables, entry.seconds)

    def _turn(self, dashboard_id: UUID, values: str, seconds: int) -> Iterable[Turn]:
        version_id, name, noted = self._boards.get(dashboard_id, (None, "", "[]"))
        if version_id is None:
            return
        scene = Scene(dashboard_id, version_id, name, noted, values)
        if scene not in self.scenes:
            if len(self.scenes) == MOST_SCENES:
                return
            self.scenes.append(scene)
        yield Turn(self.scenes.index(scene), seconds)
