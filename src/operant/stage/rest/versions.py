from typing import Annotated

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api

from .. import actions, comparing, queries, rules
from .dashboards import ONE, drafted
from .scopes import READ, WRITE
from .shapes import Between, Changes, DashboardId, Draft, PublicationBody, RepublicationBody, Version, WholeVersion

routes = api.Routes("Versions of dashboards")
VERSION = ONE + "/versions/{int:number}"
Number = Annotated[int, Field(ge=1)]


@routes.get(ONE + "/versions", needs=READ, rule=rules.see, gives=api.Page[Version])
def list_versions(request: HttpRequest, dashboard_id: DashboardId, paging: api.Query[api.Paging]):
    """List a dashboard's versions, newest first."""
    return paging.of(queries.versions(queries.dashboard(dashboard_id)), Version.of, by="number", down=True)


@routes.post(ONE + "/versions", needs=WRITE, rule=rules.publish, gives=Version, refuses=(409,))
def make_version(request: HttpRequest, dashboard_id: DashboardId, body: PublicationBody):
    """
    Freeze a dashboard's draft as its next version without publishing it, so that it can be deployed in stages.

    A draft that the newest version holds already gives that one.
    """
    dashboard = queries.dashboard(dashboard_id)
    version = actions.prepare(dashboard=dashboard, revision=body.revision, by=request.auth.actor, note=body.note)
    return Version.of(queries.numbered(dashboard, version.number))


@routes.get(VERSION, needs=READ, rule=rules.see, gives=WholeVersion)
def get_version(request: HttpRequest, dashboard_id: DashboardId, number: Number):
    """Read one version with its document."""
    version = queries.numbered(queries.dashboard(dashboard_id), number)
    return WholeVersion(**Version.of(version).model_dump(), document=version.document)


@routes.post(VERSION + "/restoration", needs=WRITE, rule=rules.edit, gives=Draft)
def restore_version(request: HttpRequest, dashboard_id: DashboardId, number: Number):
    """Put an older version back into the draft. Nothing is published by that."""
    return drafted(actions.restore(version=queries.numbered(queries.dashboard(dashboard_id), number)))


@routes.post(ONE + "/draft/return", needs=WRITE, rule=rules.edit, gives=Draft, status=200)
def return_draft(request: HttpRequest, dashboard_id: DashboardId):
    """Undo that a restored version or a text replaced the draft. 409 when somebody edited since."""
    return drafted(actions.return_draft(dashboard=queries.dashboard(dashboard_id)))


@routes.post(VERSION + "/publication", needs=WRITE, rule=rules.publish, gives=Version)
def publish_version_again(
    request: HttpRequest, dashboard_id: DashboardId, number: Number, body: RepublicationBody
):
    """
    Publish an older version as the next one, at once; every screen follows. The draft stays as it is.

    With `over`, 409 when another version than that is the published one by now.
    """
    dashboard = queries.dashboard(dashboard_id)
    made = actions.publish_again(
        version=queries.numbered(dashboard, number), by=request.auth.actor, over=body.over, note=body.note
    )
    # It may be an older one, of somebody who is not known here any more.
    return Version.of(queries.numbered(dashboard, made.number))


@routes.get(ONE + "/changes", needs=READ, rule=rules.see, gives=Changes)
def compare_versions(request: HttpRequest, dashboard_id: DashboardId, between: api.Query[Between]):
    """Compare two versions of a dashboard, or one with its draft: what was added, removed, moved, resized, changed."""
    return Changes.of(comparing.compare(queries.dashboard(dashboard_id), between.before, between.after))
