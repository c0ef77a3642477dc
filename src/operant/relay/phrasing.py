"""Playlists, schedules, sites and deployments in words."""

from datetime import date, time

from operant.platform import clock
from operant.stage.models import Dashboard

from .models import DeployedScreen, Deployment, Rule, Screen, Site
from .models.schedules import EVERY_DAY

NOBODY = "A program, or somebody who left"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def lasting(seconds: int) -> str:
    """Return how long something lasts: “1 min 30 s”."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def roughly(seconds: int) -> str:
    """Return how long something lasted, by its two largest units: “2 h 5 min”."""
    minutes = max(1, round(seconds / 60))
    parts = [(minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min")]
    return " ".join([f"{number} {unit}" for number, unit in parts if number][:2])


def shown(rule: Rule) -> str:
    """Return what a rule shows: its dashboard, its playlist, or nothing."""
    content = rule.playlist or rule.dashboard
    return content.name if content else "Nothing"


def when(rule: Rule) -> str:
    """Return when a rule is on: “Mon–Fri, 08:00–18:00, on 24 Dec 2026”."""
    parts = [days(rule.days), hours(rule.starts_at, rule.ends_at), dates(rule.first_on, rule.last_on)]
    return ", ".join(each for each in parts if each)


def days(mask: int) -> str:
    """Return days of the week: “Mon–Fri, Sun”."""
    if mask == EVERY_DAY:
        return "Every day"
    runs: list[list[int]] = []
    for day in (each for each in range(7) if mask >> each & 1):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(DAYS[run[0]] + (f"–{DAYS[run[-1]]}" if len(run) > 1 else "") for run in runs)


def hours(starts_at: time, ends_at: time) -> str:
    """Return a time of day: “22:00–06:00 of the next day”."""
    if starts_at == ends_at == time(0):
        return "all day"
    over = " of the next day" if ends_at <= starts_at and ends_at != time(0) else ""
    return f"{starts_at:%H:%M}–{ends_at:%H:%M}{over}"


def open_at(site: Site) -> str:
    """Return when a site is open: “Mon–Fri, 08:00–18:00”, or “always open”."""
    if site.is_always_open:
        return "always open"
    all_day = site.opens_at == site.closes_at
    return f"{days(site.days)}, {'all day' if all_day else hours(site.opens_at, site.closes_at)}"


def dates(first_on: date | None, last_on: date | None) -> str:
    """Return the days of an exception; nothing for other rules."""
    if first_on is None or last_on is None:
        return ""
    if first_on == last_on:
        return f"on {_day(first_on)}"
    return f"from {_day(first_on)} to {_day(last_on)}"


def stages(deployment: Deployment) -> str:
    """Return where a deployment goes: “Lobby, then all screens”."""
    return ", then ".join(each["name"] for each in deployment.stages)


def about(deployment: Deployment) -> dict[str, str | int]:
    """Return what each event of a deployment says of it."""
    return {
        "deployment_id": deployment.public_id, "dashboard_id": deployment.dashboard.public_id,
        "dashboard": deployment.dashboard.name, "number": deployment.version.number,
    }  # fmt: skip


def published_meanwhile(dashboard: Dashboard) -> str:
    """Return why a deployment is over when something else was published: “version 9 was published in the meantime”."""
    number = f"version {dashboard.published.number}" if dashboard.published else "another version"
    return f"{number} was published in the meantime"


def halted(deployment: Deployment, row: DeployedScreen) -> str:
    """Return why a deployment halted, with the screen's name."""
    if row.rejected_at:
        return shortened(f"{row.screen.name} could not show it: {row.reason}", 500)
    version = f"version {deployment.version.number}"
    if row.reason:
        return shortened(f"{row.screen.name} reported an error that it never had before {version}: {row.reason}", 500)
    usual = row.usual_errors(clock.now())
    as_long = f"about {usual:.0f} in as long a time" if usual >= 1 else "fewer than one in as long a time"
    return f"{row.screen.name} reported {row.errors} errors while it showed {version}, and {as_long} before"


def deserted(deployment: Deployment) -> str:
    """Return why a deployment halted when none of a stage's screens was left to try the version on."""
    target = deployment.stages[deployment.stage - 1]["name"]
    told = f"no screen that stage {deployment.stage} ({target}) told"
    return f"{told} shows {deployment.dashboard.name} any more, so it did not stand there"


def left_as_they_are(screens: list[Screen]) -> str:
    """Return which screens a rollback left alone, since a later version is on them."""
    names = ", ".join(each.name for each in screens)
    return shortened(f"left as they are, since another version was brought to them: {names}", 500)


def shortened(text: str, most: int) -> str:
    """Return a text, cut where it is too long to be kept."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
