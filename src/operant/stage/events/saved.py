"""Saved queries."""

from operant.platform.events import Event, Personal, Told

_SAVED = ("saved_query:{query_id}", "saved_queries")


class QuerySaved(
    Event, name="stage.query.saved",
    told=Told(audit="{saved_by} made the saved query {name}, which asks {source}", live=_SAVED, public=True),
):
    """Somebody made a query that every dashboard can use."""

    query_id: str
    name: str
    source: str
    saved_by: Personal


class SavedQueryChanged(
    Event, name="stage.query.changed",
    told=Told(audit="{changed_by} changed the saved query {name}, used by {reach}: {what}", live=_SAVED, public=True),
):
    """
    A saved query says something else now, and so do the drafts that use it; what is published stays.

    `what` names what is different, `reach` how many widgets and dashboards use it.
    """

    query_id: str
    name: str
    what: str
    reach: str
    changed_by: Personal


class SavedQueryDeleted(
    Event, name="stage.query.deleted",
    told=Told(audit="{deleted_by} deleted the saved query {name}; {reach} kept a copy", live=_SAVED, public=True),
):
    """A saved query was deleted. Drafts that used it keep a copy each, and what is published stays."""

    query_id: str
    name: str
    reach: str
    deleted_by: Personal
