from typing import Annotated, Any

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api

from .. import actions, comparing, queries, rules, saved, text
from ..text.tree import LONGEST
from .dashboards import ONE
from .scopes import READ, WRITE
from .shapes import Dashboard, DashboardId, Revision

routes = api.Routes("Dashboards as text")
Words = Annotated[str, Field(max_length=LONGEST, description="YAML, as the guide describes it.")]


class Text(api.Shape):
    """A dashboard as text: its draft, with the revision, or a version. Sources are named, and nothing secret is in it."""

    revision: int | None
    text: str


class TextBody(api.Body):
    """A text, and the revision of the draft that its author saw, where that matters."""

    text: Words
    revision: Revision | None = None


class NewText(api.Body):
    """A text that becomes a dashboard of its own."""

    text: Words


class State(api.Body):
    """Which state: a version's number, or `draft`."""

    version: Annotated[str, Field(pattern="^([0-9]{1,9}|draft)$")] = comparing.DRAFT


@routes.get(ONE + "/text", needs=READ, rule=rules.see, gives=Text)
def get_text(request: HttpRequest, dashboard_id: DashboardId, state: api.Query[State]):
    """Read a dashboard as text: its draft, or with `version` that version."""
    found = queries.dashboard(dashboard_id)
    side = comparing.side(found, state.version)
    return Text(revision=None if side.version else found.revision, text=_written(side.document))


@routes.put(ONE + "/text", needs=WRITE, rule=rules.edit, gives=Text)
def replace_text(request: HttpRequest, dashboard_id: DashboardId, body: TextBody):
    """
    Make a text the draft of a dashboard, or change nothing where it says what the draft is already.

    422 has in `fields` the line, the path and a sentence for each mistake; 409 with the code `changed` says that the
    draft has another revision than `revision`.
    """
    found = actions.replace_with_text(dashboard=queries.dashboard(dashboard_id), words=body.text, revision=body.revision)
    return Text(revision=found.revision, text=_written(found.draft))


@routes.post("/dashboards/text", needs=WRITE, rule=rules.make, gives=Dashboard)
def create_from_text(request: HttpRequest, body: NewText):
    """Create a dashboard from a text. Nothing is published by that."""
    return Dashboard.of(actions.create_from_text(words=body.text, by=request.auth.actor))


def _written(document: dict[str, Any]) -> str:
    return text.written(document, queries.source_labels(), saved.contents())
