"""What is wrong with screens, in plain words, each with the next step. Inside the organization's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum

from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.ui.cells import relative

from ..models import ERRORS_COUNT_FOR, ClientError, Heartbeat, Screen
from ..models.screens import TURNING
from . import judging
from .playing import named

ICONS = {"error": "lucide--triangle-alert", "warning": "lucide--clock-alert", "info": "lucide--info"}
RISING, RISING_FROM = 3, 10
REFUSED = "version_rejected"
READ_ERRORS = "Read what its browser said under its errors."


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a screen: what, and what to do about it."""

    code: str
    sentence: str
    step: str
    tone: str

    @property
    def icon(self) -> str:
        return ICONS[self.tone]


@dataclass(frozen=True)
class Shared:
    """One thing that is wrong with some screens; `query` narrows the list of screens to them."""

    sentence: str
    step: str
    tone: str
    count: int
    query: str

    @property
    def icon(self) -> str:
        return ICONS[self.tone]


# what a screen reports with its heartbeat: what it means of one screen, of several, and what to do
REPORTED: dict[str, tuple[str, str, str]] = {
    REFUSED: (
        "It refused the newest version and went back to the one before",
        "refused the newest version of a dashboard and went back",
        "Read what the browser said under its errors, and publish a version without that widget.",
    ),
    "fewer_widgets": (
        "It painted fewer widgets than the version has",
        "painted fewer widgets than a version has",
        "Read which under its errors. A kind of widget may need a newer browser than this one.",
    ),
    "clock_off": (
        "Its clock is wrong",
        "have a wrong clock",
        "Let the device set its time from the network. Playlists and schedules go by our clock in the meantime.",
    ),
    "storage_full": (
        "Its storage is full, so it cannot start without network",
        "have no storage left, so they cannot start without network",
        "Clear its cache here, or the data of the browser on the device.",
    ),
    "heap_high": (
        "It uses nearly all the memory that its browser gives it",
        "use nearly all the memory that their browser gives",
        "It reloads by itself at a quiet moment. If it comes again, show fewer or smaller tables on it.",
    ),
    "frames_stalled": (
        "Its picture stands still for seconds at a time",
        "have a picture that stands still for seconds at a time",
        "Restart its player. If it comes again, the device is too slow for this dashboard.",
    ),
    "data_old": (
        "Its figures missed two refreshes",
        "show figures that missed two refreshes",
        "See whether the source answers: the dashboard's page says what each query gave last.",
    ),
    "script_error": (
        "Its page stumbled over an error",
        "stumbled over an error in their page",
        "Read it under its errors. Reload the screen; if it comes again, tell us with that message.",
    ),
}  # fmt: skip
REPORTED["promise_rejected"] = REPORTED["script_error"]


def problems(screen: Screen) -> list[Problem]:
    """Return what is wrong with one screen of `fleet.screens`, the worst first."""
    found = [*_silence(screen), *_glass(screen), *_reported(screen)]
    order = ("error", "warning", "info")
    return sorted(found, key=lambda each: order.index(each.tone))


def shared() -> list[Shared]:
    """Return what is wrong in the whole fleet, each cause once with how many screens it has."""
    return [*_states(), *_codes()]


def _silence(screen: Screen) -> list[Problem]:
    now, seen = clock.now(), screen.last_seen_at
    if screen.state == Screen.State.NEVER_SEEN:
        said = f"It was paired {relative(screen.paired_at)} and was never heard of."
        step = "See that the device is on and has /tv open. If it shows a code, pair it again."
        return [Problem("never_seen", said, step, "warning")]
    if screen.state == Screen.State.LATE:
        step = "Nothing yet: short cuts heal by themselves. After three minutes it counts as offline."
        return [Problem("late", f"Its last heartbeat came {relative(seen)}, it is late.", step, "warning")]
    if screen.state != Screen.State.OFFLINE or _is_closed(screen, now):
        return []
    if screen.left_at:
        step = "Open /tv on the device again, and see that nothing ends its browser."
        return [Problem("closed", f"Its page was closed {relative(screen.left_at)}.", step, "error")]
    step = "See that it has power and network. It goes on painting what it had, and comes back by itself."
    return [Problem("offline", f"It is offline: its last heartbeat came {relative(seen)}.", step, "error")]


def _glass(screen: Screen) -> list[Problem]:
    if not screen.shows.is_plain:
        step = "Ask it to reload. If it stands still after that, restart its player."
        said = "It does not show what its playlist or schedule says now."
        return [Problem("frozen", said, step, "warning")] if screen.is_behind else []
    dashboard = screen.dashboard
    if dashboard is None:
        return [Problem("empty", "It has nothing to show.", "Choose a dashboard or a playlist for it.", "info")]
    if screen.wanted_id is None:
        return [Problem("unpublished", f"{dashboard.name} is not published yet.", "Publish it, and the screen shows it.", "info")]
    if not screen.is_behind or screen.state == Screen.State.NEVER_SEEN:
        return []
    painted, published = screen.rendered_version, dashboard.published
    shown = f"It shows version {painted.number}" if painted else "It has painted nothing"
    if painted and painted.dashboard_id != dashboard.pk:
        shown = "It still shows another dashboard"
    wanted = f"a deployment wants version {screen.wanted_number}"
    if published and published.pk == screen.wanted_id:
        wanted = f"version {published.number} was published {relative(published.at)}"
    step = "Ask it to reload. If that changes nothing, look at its errors."
    return [Problem("behind", f"{shown}; {wanted}.", step, "warning")]


def _reported(screen: Screen) -> list[Problem]:
    since = clock.now() - ERRORS_COUNT_FOR
    rows = ClientError.objects.filter(screen=screen, last_at__gte=since).order_by("-last_at")
    codes = list(dict.fromkeys(rows.values_list("code", flat=True)))
    found = [_of_code(code) for code in codes if code != REFUSED or screen.is_behind or not screen.shows.is_plain]
    if rising(screen, clock.now()):
        step = "Look at what began then: a new version, another browser, a slow network."
        found.append(Problem("rising", "It reports errors much more often than a day ago.", step, "error"))
    return list({each.sentence: each for each in found}.values())


def _of_code(code: str) -> Problem:
    said, _, step = REPORTED.get(code, (f"It reported {code}", "", READ_ERRORS))
    return Problem(code, f"{said}.", step, "error" if code in {REFUSED, "fewer_widgets", "script_error"} else "warning")


def rising(screen: Screen, now: datetime) -> bool:
    """Return whether a screen reports errors at three times the pace of the day before, and not just a few."""
    hour, day = now - timedelta(hours=1), now - timedelta(hours=25)
    mine = Heartbeat.objects.filter(screen_id=screen.pk, errors__gt=0, at__gte=day)
    sums = mine.aggregate(lately=Sum("errors", filter=Q(at__gte=hour)), before=Sum("errors", filter=Q(at__lt=hour)))
    lately, before = sums["lately"] or 0, sums["before"] or 0
    return lately >= RISING_FROM and lately > RISING * before / 24


def _is_closed(screen: Screen, now: datetime) -> bool:
    return screen.site is not None and not screen.site.is_open_at(now, organizations.organization().time_zone)


def _states() -> list[Shared]:
    steps = {
        "offline": ("is offline", "are offline", "Check power and network there.", "error"),
        "behind": ("shows an older version", "show an older version", "Reload, then look at the errors.", "warning"),
        "late": ("is late", "are late", "Nothing yet: short cuts heal by themselves.", "warning"),
        "never_seen": ("was never heard of", "were never heard of", "See that /tv is open there, or pair it again.", "warning"),
    }
    names: dict[str, list[str]] = {}
    rows = judging.judged(Screen.objects.paired()).filter(status__in=steps).order_by("name")
    for status, name in rows.values_list("status", "name"):
        names.setdefault(status, []).append(name)
    return [
        Shared(_sentence(names[status], one, many), step, tone, len(names[status]), f"status={status}")
        for status, (one, many, step, tone) in steps.items()
        if status in names
    ]


def _codes() -> list[Shared]:
    recent = ClientError.objects.filter(last_at__gte=clock.now() - ERRORS_COUNT_FOR, screen__unpaired_at=None)
    # What they refused is over where they show what they should: they took it later, or it is no longer wanted.
    caught_up = judging.judged(Screen.objects.paired()).exclude(TURNING).filter(is_behind=False)
    recent = recent.exclude(code=REFUSED, screen__in=caught_up.values("pk"))
    counts = recent.order_by().values_list("code").annotate(n=Count("screen", distinct=True))
    return [_shared(code, count) for code, count in sorted(counts, key=lambda each: (-each[1], each[0]))]


def _shared(code: str, count: int) -> Shared:
    one, many, step = REPORTED.get(code, (f"It reported {code}", f"reported {code}", READ_ERRORS))
    said = f"One screen: {one[:1].lower()}{one[1:]}." if count == 1 else f"{count} screens {many}."
    return Shared(said, step, "warning", count, f"error={code}")


def _sentence(names: Sequence[str], one: str, many: str) -> str:
    return f"{names[0]} {one}." if len(names) == 1 else f"{len(names)} screens {many}: {named(names)}."
