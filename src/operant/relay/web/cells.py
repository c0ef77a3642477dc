"""How screens look in lists."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from operant.platform import reading
from operant.platform.ui import cells

from ..models import Screen
from ..queries import fleet as queries
from ..queries import uptime
from ..queries.fleet import STATUSES


def name(screen: Screen, slug: str) -> Any:
    return cells.link(reverse("screen", args=[slug, screen.pk]), screen.name, under=screen.model)


def status(screen: Screen) -> Any:
    word, tone, icon = STATUSES[screen.status]
    said = cells.status(tone, word, icon=icon)
    return cells.two_lines(said, f"Muted until {reading.instant(screen.muted_until)}") if screen.muted_until else said


def shows(screen: Screen) -> str:
    content = screen.playlist or screen.dashboard
    return content.name if content else ""


def shown(screen: Screen) -> Any:
    name, plan = shows(screen) or "Nothing yet", screen.schedule
    return cells.two_lines(name, f"Schedule {plan.name}") if plan else name if shows(screen) else cells.quiet(name)


def tabs(slug: str, current: str) -> list[dict[str, Any]]:
    """The pages about screens, for a row above each."""
    pages = (
        ("screens", "Screens"), ("sites", "Sites"), ("groups", "Groups"), ("playlists", "Playlists"), ("schedules", "Schedules"),
        ("deployments", "Deployments"), ("takeovers", "Takeovers"), ("showings", "At a time"), ("renderings", "Render log"),
        ("screen_alerts", "Alerts"),
    )  # fmt: skip
    return [{"label": label, "url": reverse(name, args=[slug]), "current": name == current, "count": None} for name, label in pages]


def screen_tabs(slug: str, screen: Screen, current: str) -> list[dict[str, Any]]:
    """The pages about one screen, for a row above each."""
    pages = (
        ("screen", "Now"), ("screen_history", "Uptime"), ("screen_renderings", "Render log"), ("screen_week", "Its week"),
        ("screen_alerting", "Alerts"),
    )  # fmt: skip
    return [
        {"label": label, "url": reverse(name, args=[slug, screen.pk]), "current": name == current, "count": None}
        for name, label in pages
    ]


def version(screen: Screen) -> Any:
    """What was painted; beside what should be where that is another one."""
    painted = screen.rendered_version
    if not screen.is_behind:
        return f"v{painted.number}" if painted else cells.NOTHING
    if not screen.shows.is_plain:
        return format_html('<span class="ot-tone-warning">{}</span>', f"v{painted.number}" if painted else "none")
    is_of_it = painted is not None and painted.dashboard_id == screen.dashboard_id
    shown = f"v{painted.number}" if is_of_it else "none"
    # One element around both: on phones a cell's parts stand in a grid.
    return format_html(
        '<span><span class="ot-tone-warning">{}</span> <span class="ot-quiet">of v{}</span></span>', shown, screen.wanted_number
    )


def lag(screen: Screen) -> int | None:
    """For how many seconds it should have shown another version."""
    found = queries.lag(screen)
    return int(found.total_seconds()) if found else None


def lagging(screen: Screen) -> Any:
    seconds = lag(screen)
    if seconds is None:
        return cells.NOTHING
    unit, size = next(each for each in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)) if seconds >= each[1] or each[1] == 1)
    return format_html('<span class="ot-tone-warning">{} {}</span>', seconds // size, unit)


def errors(screen: Screen) -> Any:
    return format_html('<span class="ot-tone-error">{}</span>', screen.errors_lately) if screen.errors_lately else cells.NOTHING


def heard(screen: Screen) -> str:
    """How much of the last month it was heard of."""
    share = uptime.share(screen)
    return "" if share is None else uptime.percent(share)


def device(screen: Screen) -> Any:
    return cells.two_lines(screen.browser, screen.viewport)


def place(screen: Screen) -> str:
    """Where people find it: its site, its group and its tags."""
    named = [each.name for each in (screen.site, screen.group) if each]
    return ", ".join([*named, *(f"#{tag}" for tag in screen.tags)])


def placed(screen: Screen) -> Any:
    first, *rest = [each.name for each in (screen.site, screen.group) if each] or [""]
    under = ", ".join([*rest, *(f"#{tag}" for tag in screen.tags)])
    return cells.two_lines(first, under) if first and under else first or (cells.quiet(under) if under else cells.NOTHING)


def status_word(screen: Screen) -> str:
    return STATUSES[screen.status][0]


def painted_number(screen: Screen) -> int | None:
    return screen.rendered_version.number if screen.rendered_version else None
