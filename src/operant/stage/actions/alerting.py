from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from operant.panel.organizations import queries as organizations
from operant.platform import clock, reading, retention
from operant.platform.events import announce
from operant.platform.live import hint

from .. import amounts, causes, events, judging, phrasing
from ..engine import Outcome
from ..models import Alert, AlertReading, Dashboard, Result
from ..terms import CHANGED, ROWS, SILENT
from . import watching

KEPT = retention.keep(
    "alert_readings", "Values that alerts saw", kept=timedelta(days=30), since="after they were seen",
    chore="stage.forget_readings",
)  # fmt: skip
ONE_MINUTE = timedelta(minutes=1)
LOST = "The published dashboard does not ask this query any more."


def follow(*, dashboard: Dashboard, document: dict[str, Any] | None) -> None:
    """
    This function will have the alerts of a dashboard judge what this document asks, or nothing where it is None.

    The dashboard is locked: it, then results, then alerts, is the order in which everybody locks.
    """
    alerts = list(Alert.objects.filter(dashboard=dashboard).order_by("pk"))
    if not alerts:
        return
    wanted = _asked(document, alerts)
    rows = lock_results({key for each in alerts for key in (each.key, wanted.get(each.query_id, ""))})
    for alert in Alert.objects.select_for_update().filter(dashboard=dashboard).order_by("pk"):
        _learn(alert, document)
        _lead(alert, dashboard, wanted.get(alert.query_id, ""), is_shown=document is not None)
    mark_results(rows)


def lock_results(keys: set[str]) -> list[Result]:
    """Return the results under these keys, locked in one order."""
    return list(Result.objects.select_for_update().filter(key__in=keys - {""}).order_by("key"))


def mark_results(rows: list[Result]) -> None:
    """Say on results that are locked whether an alert watches each, and what of it fires."""
    alerts = list(Alert.objects.filter(key__in=[each.key for each in rows]).order_by("name", "pk"))
    for row in rows:
        mine, before = [each for each in alerts if each.key == row.key], row.alerts
        row.alerts, row.is_alerted = _shown(mine), bool(mine)
        if mine and row.due_at is None:
            row.due_at, row.cause = clock.now(), causes.ALERT
        if row.alerts != before:
            # Without a number of its own the same answer would be taken for the one that screens have.
            row.seq += 1
            hint(f"data:{row.key}")
        row.save(update_fields=["alerts", "is_alerted", "seq", "due_at", "cause"])


def judge(*, row: Result, outcome: Outcome) -> None:
    """
    This function will judge what a run found by every alert that watches it, and announce what fires and what is over.

    The result is locked, and its caller saves it.
    """
    if not row.is_alerted:
        return
    found = Alert.objects.select_for_update(of=("self",)).filter(key=row.key).order_by("pk")
    alerts = list(found.select_related("dashboard").defer("dashboard__draft"))
    for alert in alerts:
        _judge_one(alert, row, outcome)
    row.alerts = _shown(sorted(alerts, key=lambda each: (each.name, each.pk)))


def forget_readings() -> None:
    """This function will remove what alerts saw more than a month ago."""
    AlertReading.objects.filter(at__lt=KEPT.cutoff).delete()


def _asked(document: dict[str, Any] | None, alerts: list[Alert]) -> dict[str, str]:
    if document is None:
        return {}
    watched = {each.query_id for each in alerts}
    mine = {**document, "queries": [each for each in document["queries"] if each["id"] in watched]}
    # The first reading need not wait for somebody to look.
    return watching.watch(document=mine)


def _learn(alert: Alert, document: dict[str, Any] | None) -> None:
    """Keep what the query that is shown says of the figures: people are told in its units."""
    query = next((each for each in (document or {}).get("queries", ()) if each["id"] == alert.query_id), None)
    said = amounts.said_of(query, alert.column) if query and alert.reduce != ROWS else amounts.NOTHING
    if query and said != alert.said:
        alert.said = dict(said)
        alert.save(update_fields=["said"])


def _lead(alert: Alert, dashboard: Dashboard, key: str, *, is_shown: bool) -> None:
    if alert.key == key:
        return
    is_lost = is_shown and not key and bool(alert.key)
    alert.key, alert.trouble = key, LOST if is_lost else ""
    if not key:
        alert.state, alert.state_since = judging.OK, clock.now()
    alert.save(update_fields=["key", "trouble", "state", "state_since"])
    # Another query's values say nothing of how much this one's changed.
    alert.readings.all().delete()
    if is_lost:
        announce(events.AlertLost(**named(alert, dashboard)), about=alert)


def named(alert: Alert, dashboard: Dashboard) -> dict[str, str]:
    """Return how events name an alert."""
    return {
        "alert_id": alert.public_id, "name": alert.name, "dashboard_id": dashboard.public_id, "dashboard": dashboard.name,
    }  # fmt: skip


def for_everybody() -> AbstractContextManager[None]:
    """Write numbers as the organization's screens do: for walls and for what is told to all of its people."""
    return reading.written_for(organizations.organization)


def told(alert: Alert) -> str:
    """Return what made an alert fire, as everybody of the organization reads it."""
    with for_everybody():
        return alert.finding


def told_value(alert: Alert) -> str:
    """Return the last value of an alert, as everybody of the organization reads it."""
    with for_everybody():
        return alert.written


def _judge_one(alert: Alert, row: Result, outcome: Outcome) -> None:
    now, terms, was_firing = clock.now(), alert.terms, alert.is_firing
    seen = judging.Seen(trouble=outcome.error) if outcome.error else judging.seen(
        outcome.columns, outcome.rows, truncated=outcome.truncated, column=terms.column, reduce=terms.reduce
    )  # fmt: skip
    before = _before(alert, row, now) if terms.condition == CHANGED else None
    held = judging.holds(terms, seen, before=before)
    hold, rest = timedelta(seconds=terms.hold_seconds), timedelta(seconds=terms.rest_seconds)
    alert.state, alert.state_since = judging.moved(alert.state, alert.state_since, held, now, hold=hold, rest=rest)
    is_too_early = terms.condition == CHANGED and before is None and not seen.trouble
    alert.trouble = f"There is no value from {phrasing.span(terms.within_seconds)} before yet." if is_too_early else seen.trouble
    alert.evaluated_at = now
    if seen.value is not None:
        alert.value = phrasing.plain(seen.value)
        _keep_reading(alert, seen.value, now)
    if alert.is_firing and not was_firing:
        alert.fired_at = now
    alert.save(update_fields=["state", "state_since", "trouble", "evaluated_at", "value", "fired_at"])
    if alert.is_firing != was_firing:
        _tell_of_turn(alert, now)


def _before(alert: Alert, row: Result, now: datetime) -> Decimal | None:
    within, refresh = timedelta(seconds=alert.within_seconds), timedelta(seconds=row.refresh_seconds)
    # After a long rest the newest one may be of last week: what changed since then did not within the hour.
    known = alert.readings.filter(at__lte=now - within, at__gte=now - 2 * (within + refresh)).order_by("-at")
    value = known.values_list("value", flat=True).first()
    return None if value is None else Decimal(str(value))


def _keep_reading(alert: Alert, value: Decimal, now: datetime) -> None:
    as_double = float(value)
    if isfinite(as_double) and not alert.readings.filter(at__gt=now - ONE_MINUTE, at__lte=now).exists():
        AlertReading.objects.create(alert=alert, at=now, value=as_double)


def _tell_of_turn(alert: Alert, now: datetime) -> None:
    limit = "" if alert.limit is None else phrasing.plain(alert.limit)
    about = {**named(alert, alert.dashboard), "limit": limit}
    is_muted = alert.is_muted(now)
    if alert.is_firing:
        fired = events.AlertFiredMuted if is_muted else events.AlertFired
        value = "" if alert.condition == SILENT else alert.value
        announce(fired(**about, value=value, finding=told(alert)), about=alert)
    else:
        cleared = events.AlertClearedMuted if is_muted else events.AlertCleared
        announce(cleared(**about, value=alert.value, now=told_value(alert)), about=alert)


def _shown(alerts: list[Alert]) -> list[dict[str, str]]:
    return [{"column": each.column, "text": f"{each.name}: {told(each)}"} for each in alerts if each.is_firing]
