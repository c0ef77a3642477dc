"""Alerts, and what they found."""

from typing import Any

from pydantic import model_validator

from operant.platform.events import Event, Figure, Instant, Personal, Told

_ALERTS = ("alert:{alert_id}", "alerts")


def _with_words(told: Any) -> Any:
    # What was announced before units were said has the number alone.
    return {"now": told.get("value", ""), **told} if isinstance(told, dict) else told


class AlertCreated(
    Event, name="stage.alert.created",
    told=Told(audit="{created_by} made the alert {name} on {dashboard}: {terms}", live=_ALERTS, public=True),
):
    """An alert was made. `terms` say in words what it looks at, and when it fires."""

    alert_id: str
    name: str
    dashboard_id: str
    dashboard: str
    terms: str
    created_by: Personal


class AlertChanged(
    Event, name="stage.alert.changed",
    told=Told(audit="{changed_by} changed the alert {name} on {dashboard}: {terms}", live=_ALERTS, public=True),
):
    """What an alert looks at, when it fires or what it is called was changed. Whether it still fires is told by what follows."""

    alert_id: str
    name: str
    dashboard_id: str
    dashboard: str
    terms: str
    changed_by: Personal


class AlertDeleted(
    Event, name="stage.alert.deleted",
    told=Told(audit="The alert {name} on {dashboard} was deleted", live=_ALERTS, public=True),
):
    """An alert was deleted with what it had seen. If it fired, nothing else says that it is over."""

    alert_id: str
    name: str
    dashboard_id: str
    dashboard: str


class AlertFired(
    Event, name="stage.alert.fired",
    told=Told(audit="{name} on {dashboard}: {finding}", notify="stage.see", category="alerts", live=_ALERTS, public=True),
):
    """
    What an alert looks for is so, for as long as it was told to wait.

    `value` and `limit` are numbers as text; `value` is empty when there is none.
    """

    alert_id: str
    name: str
    dashboard_id: str
    dashboard: str
    finding: str
    value: Figure
    limit: Figure


class AlertCleared(
    Event, name="stage.alert.cleared",
    told=Told(
        audit="{name} on {dashboard} is over: {now}", notify="stage.see", category="alerts", live=_ALERTS, public=True
    ),
):
    """What made an alert fire is over, for as long as it was told to wait. `now` is its value with its unit, in words."""

    alert_id: str
    name: str
    dashboard_id: str
    dashboard: str
    value: Figure
    limit: Figure
    now: str

    _told_before = model_validator(mode="before")(_with_words)


class AlertFiredMuted(
    Event, name="stage.alert.fired_muted",
    told=Told(audit="{name} on {dashboard}, muted: {finding}", live=_ALERTS, public=True),
):
    """An alert fired while it was muted: nobody is notified."""

    alert_id: str
    name: str
    dashboard_id: str
    dashboard: str
    finding: str
    value: Figure
    limit: Figure


class AlertClearedMuted(
    Event, name="stage.alert.cleared_muted",
    told=Told(audit="{name} on {dashboard}, muted, is over: {now}", live=_ALERTS, public=True),
):
    """What made an alert fire is over while it was muted: nobody is notified."""

    alert_id: str
    name: str
    dashboard_id: str
    dashboard: str
    value: Figure
    limit: Figure
    now: str

    _told_before = model_validator(mode="before")(_with_words)


class AlertMuted(
    Event, name="stage.alert.muted",
    told=Told(audit="{muted_by} muted the alert {name} on {dashboard} until {until}", live=_ALERTS, public=True),
):
    """Nobody is notified of an alert for a while. It goes on judging."""

    alert_id: str
    name: str
    dashboard_id: str
    dashboard: str
    until: Instant
    muted_by: Personal


class AlertUnmuted(
    Event, name="stage.alert.unmuted",
    told=Told(audit="{unmuted_by} lets the alert {name} on {dashboard} notify again", live=_ALERTS, public=True),
):
    """People are notified of an alert again before its silence was over."""

    alert_id: str
    name: str
    dashboard_id: str
    dashboard: str
    unmuted_by: Personal


class AlertLost(
    Event, name="stage.alert.lost",
    told=Told(
        audit="{name} has nothing to look at any more: {dashboard} no longer asks its query", notify="stage.edit",
        category="alerts", live=_ALERTS, public=True,
    ),
):
    """A dashboard was published without the query that an alert looks at. Whatever it fired for is over by that."""

    alert_id: str
    name: str
    dashboard_id: str
    dashboard: str
