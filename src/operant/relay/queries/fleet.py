"""What people see of their screens, and what other rooms may ask. Inside the organization's scope."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from operant.panel.organizations import queries as organizations
from operant.panel.organizations.models import Membership
from operant.platform import clock
from operant.platform.refusals import NotFound
from operant.stage import queries as stage
from operant.stage import showing
from operant.stage.variables import Variable, from_text, holding

from ..models import ERRORS_COUNT_FOR, ClientError, Command, Heartbeat, SavedFilter, Screen, Screens, Watch
from ..program import Shows
from . import devices, judging, playing, programs, uptime

# status: word, tone of its color, icon
STATUSES: dict[str, tuple[str, str, str]] = {
    "online": ("Online", "success", "lucide--circle-check"),
    "behind": ("Behind", "warning", "lucide--clock-alert"),
    "errors": ("Client errors", "error", "lucide--triangle-alert"),
    "late": ("Late", "warning", "lucide--hourglass"),
    "offline": ("Offline", "muted", "lucide--circle-slash"),
    "never_seen": ("Never seen", "info", "lucide--circle-dashed"),
    "asleep": ("Asleep", "muted", "lucide--moon"),
}


TOLD_WITH = ("dashboard", "playlist", "schedule", "site", "group")
NEEDY = ("offline", "errors", "behind")


@dataclass(frozen=True)
class Counts:
    """How the fleet is, each screen counted once."""

    paired: int
    online: int
    behind: int
    errors: int
    offline: int


def screens() -> Screens:
    """Return the paired screens with their dashboards, versions and `status`."""
    wanted = ("dashboard__published", "rendered_version__dashboard")
    documents = (
        "dashboard__draft", "dashboard__published__document", "rendered_version__document", "rendered_version__dashboard__draft",
    )  # fmt: skip
    found = judging.judged(Screen.objects.paired()).select_related(*TOLD_WITH, *wanted)
    return found.defer(*documents).order_by("name", "pk")


def listed() -> Screens:
    """Return the same with what the list says of them beside: errors of the last 24 hours, and how long they were away."""
    since = clock.now() - timedelta(hours=24)
    lately = Heartbeat.objects.filter(screen_id=OuterRef("pk"), at__gte=since, errors__gt=0).order_by().values("screen_id")
    count = Subquery(lately.annotate(n=Sum("errors")).values("n"))
    return with_mutes(uptime.away(screens())).annotate(errors_lately=Coalesce(count, 0))


def with_mutes(screens: Screens) -> Screens:
    """Return them with `muted_until`: until when nobody is notified of each, or None when people are."""
    mutes = Watch.objects.filter(screen=OuterRef("pk"), muted_until__gt=clock.now())
    return screens.annotate(muted_until=Subquery(mutes.values("muted_until")[:1]))


def lag(screen: Screen) -> timedelta | None:
    """Return for how long a screen should have shown another version already; None where it does, or nobody can say."""
    published = screen.dashboard.published if screen.dashboard else None
    if published is None or published.pk != screen.wanted_id:
        return None
    return clock.now() - published.at if screen.is_behind and screen.shows.is_plain else None


def reporting(screens: Screens, code: str) -> Screens:
    """Return those that reported an error with this code lately."""
    recent = ClientError.objects.filter(screen=OuterRef("pk"), code=code, last_at__gte=clock.now() - ERRORS_COUNT_FOR)
    return screens.filter(Exists(recent))


def codes() -> list[str]:
    """Return the codes of errors that screens reported lately."""
    recent = ClientError.objects.filter(last_at__gte=clock.now() - ERRORS_COUNT_FOR, screen__unpaired_at=None)
    return list(recent.order_by("code").values_list("code", flat=True).distinct())


def saved_filters(member: Membership) -> list[SavedFilter]:
    """Return the filters that a member keeps, by name."""
    return list(SavedFilter.objects.filter(member=member).order_by("name"))


def saved_filter(member: Membership, filter_id: UUID) -> SavedFilter:
    """
    Return one of them.

    :raises NotFound: when the member keeps none such.
    """
    found = SavedFilter.objects.filter(member=member, pk=filter_id).first()
    if found is None:
        raise NotFound("You do not keep this filter any more.")
    return found


def screen(screen_id: UUID) -> Screen:
    """
    Return one paired screen with its dashboard, versions and `status`.

    :raises NotFound: when there is none, or it was unpaired.
    """
    found = screens().select_related("paired_by").filter(pk=screen_id).first()
    if found is None:
        raise NotFound("There is no such screen. It may have been unpaired.")
    return found


def variables(screen: Screen) -> list[Variable]:
    """Return the variables that can be set on a screen: those of what is published of its dashboard."""
    published = screen.dashboard.published if screen.dashboard else None
    return stage.variables(stage.version(published.pk).document) if published else []


def values(screen: Screen) -> dict[str, Any]:
    """Return what variables are set to on a screen, as far as its dashboard takes it now."""
    published = screen.dashboard.published if screen.dashboard else None
    said = from_text(screen.variables)
    return holding(stage.version(published.pk).document, said) if said and published else {}


def counts() -> Counts:
    """Return the figures at the top of the fleet."""
    by = judging.judged(Screen.objects.paired()).counted()
    return Counts(sum(by.values()), *(by.get(status, 0) for status in ("online", "behind", "errors", "offline")))


def needy() -> dict[str, list[str]]:
    """Return the names of the screens that need somebody, by status."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = judging.judged(Screen.objects.paired()).filter(status__in=NEEDY).order_by("name")
    for status, name in rows.values_list("status", "name"):
        found[status].append(name)
    return dict(found)


def count_of_needy() -> int | None:
    """Return how many screens need somebody, or None when all is well."""
    # Every page asks, also where nobody has screens.
    screens = Screen.objects.paired()
    return (screens.exists() and judging.judged(screens).filter(status__in=NEEDY).count()) or None


def errors(screen: Screen) -> list[ClientError]:
    """Return what a screen reported, newest first."""
    return list(ClientError.objects.filter(screen=screen).order_by("-last_at", "pk"))


def grouped(screen: Screen) -> list[ClientError]:
    """Return what a screen reported, newest first; each with `others`, how many screens besides reported the same."""
    mine = errors(screen)
    rows = ClientError.objects.filter(code__in={each.code for each in mine}, screen__unpaired_at=None).exclude(screen=screen)
    counts = {tuple(key): n for *key, n in rows.order_by().values_list("code", "message").annotate(Count("screen", distinct=True))}
    for each in mine:
        each.others = counts.get((each.code, each.message), 0)
    return mine


def commands(screen: Screen) -> list[Command]:
    """Return what a screen was asked in the last hour, newest first."""
    since = clock.now() - timedelta(hours=1)
    return list(Command.objects.filter(screen=screen, created_at__gte=since).order_by("-created_at")[:5])


def screens_showing(dashboards: Sequence[UUID]) -> dict[UUID, list[showing.Place]]:
    """Return on which screens each dashboard is, by turns or always, and in which playlists and schedules it stands."""
    found: dict[UUID, list[showing.Place]] = defaultdict(list)
    slug, sets = organizations.organization().slug, _sets(dashboards)
    for each in screens().set_to(sets):
        word, tone, _ = STATUSES[each.status]
        version = f", on v{each.rendered_version.number}" if each.rendered_version else ""
        for dashboard in sets[each.shows.anywhere]:
            is_on = each.shows.is_plain or each.rendered_version is not None and each.rendered_version.dashboard_id == dashboard
            said, painted = (version, each.rendered_version_id) if is_on else (", by turns", None)
            place = showing.Place(each.name, reverse("screen", args=[slug, each.pk]), word + said, tone, painted)
            found[dashboard].append(place)
    for dashboard, places in playing.standing(dashboards, slug).items():
        found[dashboard] += places
    return dict(found)


def values_showing(dashboards: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return what the variables of these dashboards are set to on screens and in playlists, each different set once."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    sets = _sets(dashboards)
    said = Screen.objects.set_to(sets).order_by().values_list("variables", "dashboard", "playlist", "schedule").distinct()
    texts: dict[UUID, set[str]] = defaultdict(set)
    entries = programs.values_of(dashboards)
    for variables, *shows in said:
        for dashboard in sets[Shows(*shows)]:
            texts[dashboard] |= {variables, *(devices.merged(variables, each) for each in entries[dashboard])}
    for dashboard, each in texts.items():
        found[dashboard] = [from_text(text) for text in sorted(each - {""})]
    return dict(found)


def set_to_show(dashboard_id: UUID) -> Screens:
    """Return the screens that show a dashboard, always or by turns."""
    return Screen.objects.set_to(_sets([dashboard_id]))


def alive_showing(dashboards: Sequence[UUID]) -> int:
    """Return how many screens show one of these dashboards, always or by turns, and were heard lately."""
    alive = [Screen.State.ONLINE, Screen.State.LATE]
    return Screen.objects.set_to(_sets(dashboards)).filter(state__in=alive).count()


def _sets(dashboards: Sequence[UUID]) -> dict[Shows, set[UUID]]:
    """Return what screens are set to that show one of these dashboards at some time, and which of them."""
    wanted = set(dashboards)
    found = {Shows(each): {each} for each in wanted}
    for shows, shown in programs.dashboards_of(_turning()).items():
        if shown & wanted:
            found[shows] = shown & wanted
    return found


def _turning() -> set[Shows]:
    rows = Screen.objects.turning().order_by().values_list("dashboard", "playlist", "schedule").distinct()
    return {Shows(*each) for each in rows}
