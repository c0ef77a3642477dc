from dataclasses import asdict
from datetime import datetime, timedelta

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.refusals import Invalid, Refusal

from .. import causes, events, phrasing, queries
from ..models import Alert, Dashboard, Result
from ..terms import ROWS, Terms, checked
from . import alerting

MOST_ALERTS = 50
LONGEST_MUTE = timedelta(days=30)


def create_alert(*, dashboard: Dashboard, terms: Terms, by: Person) -> Alert:
    """
    This function will have a figure of a published dashboard judged with each refresh, whoever watches.

    :raises Invalid: when the terms cannot be judged, or the dashboard does not ask such a query.
    :raises Refusal: when the dashboard has too many alerts.
    """
    dashboard = queries.dashboard(dashboard.pk, locked=True)
    terms = _fitting(terms, dashboard)
    if dashboard.alerts.count() >= MOST_ALERTS:
        raise Refusal(f"{dashboard.name} has {MOST_ALERTS} alerts, and no more are kept. Delete one first.")
    alerting.lock_results(_shown_keys(dashboard))
    alert = Alert.objects.create(dashboard=dashboard, created_by=organizations.person_of(by), **asdict(terms))
    alert = _settled(alert, dashboard)
    announce(
        events.AlertCreated(**alerting.named(alert, dashboard), terms=_said(alert), created_by=by.name), about=alert
    )
    return alert


def change_alert(*, alert: Alert, terms: Terms, by: Person) -> Alert:
    """
    This function will give an alert other terms, and have it judge by them at once.

    :raises Invalid: when the terms cannot be judged, or the dashboard does not ask such a query.
    """
    dashboard = queries.dashboard(alert.dashboard_id, locked=True)
    terms = _fitting(terms, dashboard)
    alerting.lock_results(_shown_keys(dashboard))
    alert = queries.alert(alert.pk, locked=True)
    before = alert.terms
    if terms == before:
        return alert
    for name, value in asdict(terms).items():
        setattr(alert, name, value)
    alert.save(update_fields=list(asdict(terms)))
    if (terms.query_id, terms.column, terms.reduce) != (before.query_id, before.column, before.reduce):
        _begin_anew(alert)
    alert = _settled(alert, dashboard)
    announce(
        events.AlertChanged(**alerting.named(alert, dashboard), terms=_said(alert), changed_by=by.name), about=alert
    )
    return alert


def delete_alert(*, alert: Alert) -> None:
    """This function will delete an alert with what it saw, and take it off the widgets."""
    dashboard = queries.dashboard(alert.dashboard_id, locked=True)
    rows = alerting.lock_results(_shown_keys(dashboard))
    alert = queries.alert(alert.pk, locked=True)
    announce(events.AlertDeleted(**alerting.named(alert, dashboard)), about=alert)
    alert.delete()
    alerting.mark_results(rows)


def mute_alert(*, alert: Alert, until: datetime | None, by: Person) -> Alert:
    """
    This function will notify nobody of an alert until then, or again from now on when that is None.

    It goes on judging, and widgets go on showing it.

    :raises Invalid: when the time is over or more than 30 days away.
    """
    now, alert = clock.now(), queries.alert(alert.pk, locked=True)
    if until is not None and not now < until <= now + LONGEST_MUTE:
        raise Invalid("Choose a time within 30 days.")
    if until is None and not alert.is_muted(now):
        return alert
    alert.muted_until = until
    alert.save(update_fields=["muted_until"])
    about = alerting.named(alert, alert.dashboard)
    told = (
        events.AlertMuted(**about, until=queries.instant(until) or "", muted_by=by.name)
        if until else events.AlertUnmuted(**about, unmuted_by=by.name)
    )  # fmt: skip
    announce(told, about=alert)
    return alert


def _fitting(terms: Terms, dashboard: Dashboard) -> Terms:
    terms = checked(terms)
    if dashboard.published is None:
        raise Invalid(f"{dashboard.name} is not published yet, so there is nothing to watch. Publish it first.")
    figures = {each.query_id: each for each in queries.figures(dashboard.published)}
    if terms.query_id not in figures:
        raise Invalid("The published dashboard asks no such query.")
    columns = figures[terms.query_id].columns
    if terms.reduce != ROWS and columns is not None and terms.column not in columns:
        raise Invalid(f"The query gives no figures in a column “{terms.column}”.")
    return terms


def _shown_keys(dashboard: Dashboard) -> set[str]:
    return set(queries.keys(dashboard.published.document).values()) if dashboard.published else set()


def _settled(alert: Alert, dashboard: Dashboard) -> Alert:
    alerting.follow(dashboard=dashboard, document=dashboard.published.document)
    # Whoever made or changed it wants to see what it sees: the answer of the next hour comes now, and for screens as well.
    key = queries.keys(dashboard.published.document)[alert.query_id]
    Result.objects.filter(key=key).update(due_at=clock.now(), cause=causes.ALERT)
    return queries.alert(alert.pk)


def _said(alert: Alert) -> str:
    with alerting.for_everybody():
        return phrasing.sentence(alert.terms, alert.said)


def _begin_anew(alert: Alert) -> None:
    alert.readings.all().delete()
    alert.value, alert.evaluated_at = "", None
    alert.save(update_fields=["value", "evaluated_at"])
