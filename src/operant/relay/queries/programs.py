"""What screens show, by their playlists and schedules. Inside the organization's scope."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.stage.models import Dashboard

from .. import holding, timetable
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


def zone_of(schedule: Schedule | None, own: str = "") -> ZoneInfo:
    """Return the zone in which a schedule's times are meant on a screen with this zone of its own."""
    return ZoneInfo((schedule and schedule.time_zone) or own or organizations.organization().time_zone)


def spans(schedule: Schedule | None, since: datetime, until: datetime, zone: ZoneInfo) -> list[tuple[Span, Rule | None]]:
    """Return which rule of a schedule holds when between two instants; None where the screen's usual does."""
    return _spans(_rules(schedule.pk) if schedule else [], since, until, zone)


def program(shows: Shows) -> Program:
    """Return what a screen that is set to this shows from the beginning of this day (UTC) on."""
    return Known({shows}).program(shows, *_days(clock.now()))


def programs(shows: Iterable[Shows], since: datetime, until: datetime) -> dict[Shows, Program]:
    """Return what screens that are set to these show between two instants, near now, in a few questions for all of them."""
    known = Known(set(shows))
    return {each: known.program(each, *known.between(each, since, until)) for each in known.shows}


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


def _spans(rules: Sequence[Rule], since: datetime, until: datetime, zone: ZoneInfo) -> list[tuple[Span, Rule | None]]:
    by_place = {each.position: each for each in rules}
    found = timetable.spans([when(each) for each in rules], since, until, zone)
    return [(each, by_place[each.rule.position] if each.rule else None) for each in found]


def _days(now: datetime) -> tuple[datetime, datetime]:
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return since, since + AHEAD


class Known:
    """Schedules, rules, playlists and dashboards that these need, each kind asked for once."""

    def __init__(self, shows: set[Shows]) -> None:
        self.shows = shows
        wanted = {each.schedule_id for each in shows} - {None}
        self._schedules = Schedule.objects.in_bulk(wanted) if wanted else {}
        self._rules: dict[UUID | None, list[Rule]] = defaultdict(list)
        for rule in Rule.objects.filter(schedule__in=wanted) if wanted else []:
            self._rules[rule.schedule_id].append(rule)
        lists = {each.playlist_id for each in self._contents(shows)} - {None}
        self.entries: dict[UUID | None, list[Entry]] = {each: [] for each in lists}
        for entry in Entry.objects.filter(playlist__in=lists, is_enabled=True).order_by("position") if lists else []:
            self.entries[entry.playlist_id].append(entry)
        boards = {each.dashboard_id for each in self._contents(shows)}
        boards |= {each.dashboard_id for entries in self.entries.values() for each in entries}
        rows = Dashboard.objects.filter(pk__in=boards - {None}).values_list("pk", "published_id", "name", "noted")
        self.boards = {pk: tuple(rest) for pk, *rest in rows}
        self._spans: dict[Any, list[tuple[Span, Rule | None]]] = {}

    @property
    def playlists(self) -> set[UUID]:
        """The playlists that stand somewhere in what these show."""
        return {each for each in self.entries if each}

    def name_of(self, dashboard_id: UUID | None) -> str:
        """Return what a dashboard is called, published or not; nothing for none."""
        return self.boards[dashboard_id][1] if dashboard_id in self.boards else ""

    @cached_property
    def _zone(self) -> str:
        return organizations.organization().time_zone

    def zone(self, shows: Shows) -> ZoneInfo:
        """Return the zone in which the times of its schedule are meant."""
        schedule = self._schedules.get(shows.schedule_id)
        return ZoneInfo((schedule and schedule.time_zone) or shows.time_zone or self._zone)

    def program(self, shows: Shows, since: datetime, until: datetime) -> Program:
        """Return what is shown between two instants."""
        contents = [(span.since, _content(rule or shows), rule) for span, rule in self.spans(shows, since, until)]
        making = _Making(self, {content for _, content, _ in contents}, shows.held)
        switches = tuple(
            Switch(at, None if rule and content == Content() else making.round(content)) for at, content, rule in contents
        )
        topics = {f"schedule:{public_id('sch', shows.schedule_id)}"} if shows.schedule_id else set()
        return Program(tuple(making.scenes), tuple(making.rounds), switches, frozenset(topics | making.topics))

    def between(self, shows: Shows, since: datetime, until: datetime) -> tuple[datetime, datetime]:
        """Return for which span a program is to be asked, so that it says between these what it says to screens."""
        # Which scenes are too many is decided over all days, and a round without them turns differently.
        return (since, until) if self._most_scenes(shows) <= MOST_SCENES else _days(until)

    def spans(self, shows: Shows, since: datetime, until: datetime) -> list[tuple[Span, Rule | None]]:
        """Return which rule holds when between two instants; None where what is shown usually does."""
        rules = self._rules.get(shows.schedule_id, [])
        if not rules:
            return [(Span(since, until, None), None)]
        asked = (shows.schedule_id, zone := self.zone(shows), since, until)
        if asked not in self._spans:
            self._spans[asked] = _spans(rules, since, until, zone)
        return self._spans[asked]

    def _most_scenes(self, shows: Shows) -> int:
        contents = self._contents({shows})
        entries = (each for content in contents for each in self.entries.get(content.playlist_id, []))
        alone = {(each.dashboard_id, "") for each in contents if each.dashboard_id}
        return len(alone | {(each.dashboard_id, each.variables) for each in entries})

    def _contents(self, shows: set[Shows]) -> set[Content]:
        ruled = (rule for each in shows for rule in self._rules.get(each.schedule_id, []))
        return {_content(each) for each in (*shows, *ruled)}


def _content(said: Shows | Rule) -> Content:
    return Content(said.dashboard_id, said.playlist_id)


class _Making:
    """The scenes and rounds of these contents, each once."""

    def __init__(self, known: Known, contents: set[Content], held: str) -> None:
        self._known, self._held = known, held
        lists = {each.playlist_id for each in contents} - {None}
        wanted = {each.dashboard_id for each in contents}
        wanted |= {each.dashboard_id for playlist in lists for each in known.entries[playlist]}
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
        for entry in self._known.entries.get(content.playlist_id, []):
            yield from self._turn(entry.dashboard_id, entry.variables, entry.seconds)

    def _turn(self, dashboard_id: UUID, values: str, seconds: int) -> Iterable[Turn]:
        published_id, name, noted = self._known.boards.get(dashboard_id, (None, "", "[]"))
        version_id = holding.wanted(self._held, dashboard_id, published_id)
        if version_id is None:
            return
        scene = Scene(dashboard_id, version_id, name, noted, values)
        if scene not in self.scenes:
            if len(self.scenes) == MOST_SCENES:
                return
            self.scenes.append(scene)
        yield Turn(self.scenes.index(scene), seconds)
