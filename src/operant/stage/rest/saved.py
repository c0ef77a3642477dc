"""Saved queries: written in one place, used by widgets of every dashboard."""

from typing import Annotated, Any

from django.http import HttpRequest
from pydantic import Field

from operant.panel.organizations.rules import may
from operant.platform import api
from operant.platform.refusals import NotAllowed

from .. import actions, document, ids, models, queries, rules, saved, text
from ..actions.saved import LONGEST_DESCRIPTION
from ..text.tree import LONGEST
from .scopes import READ, WRITE
from .shapes import DashboardId, Revision, SourceId, Sql

routes = api.Routes("Saved queries")
SavedId = api.Id(ids.SAVED)
ALL, ONE = "/saved-queries", "/saved-queries/{saved:saved_id}"
Description = Annotated[str, Field(max_length=LONGEST_DESCRIPTION), api.Storable]


class SavedQueryBody(api.Body):
    """What a saved query asks, of which source, how often, and what the figures of its columns are."""

    name: api.Text
    description: Description = ""
    source: SourceId
    sql: Sql
    parameters: document.Parameters = []
    steps: document.Steps = []
    columns: Annotated[list[document.QueryColumn], Field(max_length=50)] = []
    refresh_seconds: Annotated[int, Field(ge=10, le=86_400)] = 300

    def query(self) -> dict[str, Any]:
        """Return it as documents have a query."""
        lists = {name: [each.model_dump(mode="json", exclude_unset=True) for each in getattr(self, name)] for name in _LISTS}
        return {
            "name": self.name, "source": ids.public_id(ids.SOURCE, self.source), "sql": self.sql,
            "refresh_seconds": self.refresh_seconds, **{name: value for name, value in lists.items() if value},
        }  # fmt: skip


class SavedQueryChange(SavedQueryBody):
    """What a saved query is from now on, and the revision that its author saw, where that matters."""

    revision: Revision | None = None


class SavedQueryText(api.Body):
    """A saved query as text."""

    text: Annotated[str, Field(max_length=LONGEST, description="YAML, as the guide describes it.")]


class PublicationsBody(api.Body):
    """The dashboards that are published once more with the saved query as it is now."""

    dashboards: Annotated[list[DashboardId], Field(min_length=1, max_length=100)]


class QueryPlace(api.Shape):
    """A dashboard that uses a saved query; `is_behind` says that what is published there holds an earlier state of it."""

    id: DashboardId
    name: str
    widgets: int
    is_behind: bool


class SavedQuery(api.Shape):
    """A query that every dashboard can use; a document's query names it in `saved`, and says what it says."""

    id: SavedId
    name: str
    description: str
    source: SourceId
    sql: str
    parameters: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    refresh_seconds: int
    revision: int
    created_at: api.Instant
    changed_at: api.Instant

    @classmethod
    def of(cls, row: models.SavedQuery) -> "SavedQuery":
        """Return a saved query as the contract has it."""
        return cls(id=row.pk, source=row.source_id, **{name: getattr(row, name) for name in _SAME})


class SavedQueryUses(api.Shape):
    """Where a saved query is used."""

    widgets: int
    dashboards: list[QueryPlace]


class NotPublished(api.Shape):
    """A dashboard that was not published, and why."""

    id: DashboardId
    name: str
    reason: str


class SavedQueryPublished(SavedQueryUses):
    """Where a saved query is used, and what could not be published with it."""

    refused: list[NotPublished]


class SavedQueryWords(api.Shape):
    """A saved query as text: its source is named, and nothing secret is in it."""

    text: str


_LISTS = ("parameters", "steps", "columns")
_SAME = ("name", "description", "sql", *_LISTS, "refresh_seconds", "revision", "created_at", "changed_at")


@routes.get(ALL, needs=READ, rule=rules.see, gives=api.Page[SavedQuery])
def list_saved_queries(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the saved queries, oldest first."""
    return paging.of(models.SavedQuery.objects.select_related("source"), SavedQuery.of, by="created_at")


@routes.post(ALL, needs=WRITE, rule=rules.save_queries, gives=SavedQuery, refuses=(404, 409))
def save_query(request: HttpRequest, body: SavedQueryBody):
    """Make a saved query."""
    return SavedQuery.of(actions.save_query(query=body.query(), description=body.description, by=request.auth.actor))


@routes.get(ONE, needs=READ, rule=rules.see, gives=SavedQuery)
def get_saved_query(request: HttpRequest, saved_id: SavedId):
    """Look at one saved query."""
    return SavedQuery.of(saved.one(saved_id))


@routes.put(ONE, needs=WRITE, rule=rules.save_queries, gives=SavedQuery, refuses=(409,))
def change_saved_query(request: HttpRequest, saved_id: SavedId, body: SavedQueryChange):
    """
    Change a saved query. The drafts that use it say so at once; what is published stays as it is.

    409 with the code `changed` says that it has another revision than `revision`.
    """
    found = actions.change_saved(
        saved=saved.one(saved_id), query=body.query(), description=body.description, by=request.auth.actor,
        revision=body.revision,
    )  # fmt: skip
    return SavedQuery.of(found)


@routes.delete(ONE, needs=WRITE, rule=rules.save_queries, refuses=(409,))
def delete_saved_query(request: HttpRequest, saved_id: SavedId):
    """Delete a saved query. Drafts that use it keep a copy each, and what is published stays as it is."""
    actions.delete_saved(saved=saved.one(saved_id), by=request.auth.actor)


@routes.get(ONE + "/uses", needs=READ, rule=rules.see, gives=SavedQueryUses)
def get_saved_query_uses(request: HttpRequest, saved_id: SavedId):
    """Look at which dashboards use a saved query."""
    places = saved.places(saved.one(saved_id))
    shown = [
        QueryPlace(id=each.dashboard.pk, name=each.dashboard.name, widgets=each.widgets, is_behind=each.is_behind)
        for each in places
    ]  # fmt: skip
    return SavedQueryUses(widgets=sum(each.widgets for each in places), dashboards=shown)


@routes.post(ONE + "/publications", needs=WRITE, rule=rules.publish, gives=SavedQueryPublished, status=200)
def publish_saved_query(request: HttpRequest, saved_id: SavedId, body: PublicationsBody):
    """
    Publish dashboards once more as they are, with a saved query as it is now. It needs the right to publish each.

    One whose document cannot be kept any more stays as it is and is named in `refused`; the others are published.
    """
    for each in body.dashboards:
        if not may(request.auth.member, rules.publish, about=each):
            raise NotAllowed(f"You may not publish {queries.dashboard(each).name}. Nothing was published.")
    found = actions.publish_saved(saved=saved.one(saved_id), dashboards=body.dashboards, by=request.auth.actor)
    refused = [NotPublished(id=each.pk, name=each.name, reason=reason) for each, reason in found.refused]
    return SavedQueryPublished(**vars(get_saved_query_uses(request, saved_id)), refused=refused)


@routes.post(ALL + "/text", needs=WRITE, rule=rules.save_queries, gives=SavedQuery, status=200, refuses=(409,))
def save_query_from_text(request: HttpRequest, body: SavedQueryText):
    """Make the saved query of a text's name what the text says, or a new one."""
    return SavedQuery.of(actions.saved_from_text(words=body.text, by=request.auth.actor)[0])


@routes.get(ONE + "/text", needs=READ, rule=rules.see, gives=SavedQueryWords)
def get_saved_query_text(request: HttpRequest, saved_id: SavedId):
    """Read a saved query as text."""
    return SavedQueryWords(text=written(saved.one(saved_id)))


def written(row: models.SavedQuery) -> str:
    """Return a saved query as text."""
    return text.written_saved(saved.content(row), row.description, queries.source_labels())
