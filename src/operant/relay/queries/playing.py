"""Playlists and schedules as people see them. Inside the organization's scope."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from operant.platform.refusals import NotFound
from operant.stage import showing
from operant.stage.models import Dashboard

from ..models import Entry, Group, Playlist, Rule, Schedule, Screen, Site

NAMED = 5
# In the order in which they are locked.
NOUNS: dict[type[Any], str] = {
    Site: "site", Group: "group", Schedule: "schedule", Playlist: "playlist", Dashboard: "dashboard",
}  # fmt: skip


def playlists() -> QuerySet[Playlist]:
    """Return the playlists, by name, each with how many entries turn, how long a round is and how many screens show it."""
    return Playlist.objects.measured().order_by("name", "pk")


def playlist(playlist_id: UUID, *, locked: bool = False) -> Playlist:
    """
    Return one playlist, locked until the transaction ends if asked.

    :raises NotFound: when there is none here.
    """
    found = Playlist.objects.filter(pk=playlist_id)
    return _one((found.select_for_update() if locked else found).first(), "playlist")


def entries(playlist: Playlist) -> list[Entry]:
    """Return a playlist's entries with their dashboards, in their order."""
    rows = Entry.objects.filter(playlist=playlist).select_related("dashboard__published").order_by("position")
    return list(rows.defer("dashboard__draft", "dashboard__published__document"))


def schedules() -> QuerySet[Schedule]:
    """Return the schedules, by name, each with how many rules and screens it has."""
    screens = Count("screens", filter=Q(screens__unpaired_at=None), distinct=True)
    return Schedule.objects.annotate(ruled=Count("rules", distinct=True), shown=screens).order_by("name", "pk")


def schedule(schedule_id: UUID, *, locked: bool = False) -> Schedule:
    """
    Return one schedule, locked until the transaction ends if asked.

    :raises NotFound: when there is none here.
    """
    found = Schedule.objects.filter(pk=schedule_id)
    return _one((found.select_for_update() if locked else found).first(), "schedule")


def rules(schedule: Schedule) -> list[Rule]:
    """Return a schedule's rules with what they show, in the order in which they were made."""
    rows = Rule.objects.filter(schedule=schedule).select_related("dashboard", "playlist").order_by("position")
    return list(rows.defer("dashboard__draft"))


def screens_with(schedule: Schedule) -> list[str]:
    """Return the names of the screens that have a schedule."""
    return list(Screen.objects.paired().filter(schedule=schedule).order_by("name").values_list("name", flat=True))


def screens_of(playlist: Playlist) -> list[Screen]:
    """Return the screens that usually show a playlist, by name."""
    return list(Screen.objects.paired().filter(playlist=playlist).order_by("name"))


def places_of(playlist: Playlist) -> list[str]:
    """Return where a playlist stands: screens that show it usually, and schedules."""
    ruling = Schedule.objects.filter(rules__playlist=playlist).distinct().order_by("name").values_list("name", flat=True)
    return [each.name for each in screens_of(playlist)] + [f"the schedule {name}" for name in ruling]


def named(places: Sequence[str]) -> str:
    """Return places in words: the first few."""
    return ", ".join(places[:NAMED]) + (" and others" if len(places) > NAMED else "")


def standing(dashboards: Sequence[UUID], slug: str) -> dict[UUID, list[showing.Place]]:
    """Return the playlists and schedules in which each of these dashboards stands, whether a screen shows them or not."""
    found: dict[UUID, list[showing.Place]] = defaultdict(list)
    lists = Entry.objects.filter(dashboard__in=dashboards).values_list("dashboard", "playlist", "playlist__name")
    for dashboard, pk, name in lists.order_by("playlist__name", "playlist").distinct():
        found[dashboard].append(showing.Place(f"the playlist {name}", reverse("playlist", args=[slug, pk]), "Playlist", "info"))
    ruling = Rule.objects.filter(dashboard__in=dashboards).values_list("dashboard", "schedule", "schedule__name")
    for dashboard, pk, name in ruling.order_by("schedule__name", "schedule").distinct():
        found[dashboard].append(showing.Place(f"the schedule {name}", reverse("schedule", args=[slug, pk]), "Schedule", "info"))
    return dict(found)


def hold(*wanted: Dashboard | Playlist | Schedule | Site | Group | None) -> None:
    """
    Lock what a screen is to show, or where it is to be found, until the transaction ends: nobody deletes it meanwhile.

    :raises NotFound: when one of them was deleted a moment ago.
    """
    for kind, noun in NOUNS.items():
        keys = {each.pk for each in wanted if isinstance(each, kind)}
        if keys and len(_locked(kind, keys)) < len(keys):
            _one(None, noun)


def _locked(kind: type[Any], keys: set[UUID]) -> list[UUID]:
    rows = Dashboard.objects.standing() if kind is Dashboard else kind.objects.all()
    # All in the same order, so that two never wait for each other.
    return list(rows.filter(pk__in=keys).order_by("pk").locked().values_list("pk", flat=True))


def _one(found, noun: str):
    if found is None:
        raise NotFound(f"There is no such {noun} here. It may have been deleted.")
    return found
