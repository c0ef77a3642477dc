import json

from django.http import HttpRequest

from operant.panel.organizations import access
from operant.panel.organizations.rules import give_rights
from operant.platform import api
from operant.platform.refusals import Invalid, Refusal

from .. import actions, models, queries, rules
from .scopes import READ, WRITE
from .shapes import (
    Dashboard,
    DashboardBody,
    DashboardId,
    Draft,
    DraftBody,
    Name,
    Place,
    PublicationBody,
    Results,
    Version,
    named,
)

routes = api.Routes("Dashboards")
ONE = "/dashboards/{dashboard:dashboard_id}"


@routes.get("/dashboards", needs=READ, rule=rules.see, gives=api.Page[Dashboard])
def list_dashboards(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the dashboards, oldest first. Their documents are in their drafts and versions."""
    return paging.of(queries.dashboards(), Dashboard.of, by="created_at")


@routes.post("/dashboards", needs=WRITE, rule=rules.make, gives=Dashboard, refuses=(404,))
def create_dashboard(request: HttpRequest, body: DashboardBody):
    """
    Create a dashboard.

    With `source`, one is proposed from its columns; with `document`, it is that document; otherwise it is empty.
    """
    if body.source and body.document:
        raise Invalid("A dashboard begins with a source or with a document, not with both.")
    source = queries.source(body.source) if body.source else None
    made = actions.create(name=body.name, by=request.auth.actor, source=source, document=body.document)
    return Dashboard.of(made)


@routes.get(ONE, needs=READ, rule=rules.see, gives=Dashboard)
def get_dashboard(request: HttpRequest, dashboard_id: DashboardId):
    """Look at one dashboard."""
    return Dashboard.of(queries.dashboard(dashboard_id))


@routes.patch(ONE, needs=WRITE, rule=rules.edit, gives=Dashboard)
def rename_dashboard(request: HttpRequest, dashboard_id: DashboardId, body: Name):
    """Give a dashboard another name. Nothing needs to be published for that."""
    return Dashboard.of(actions.rename(dashboard=queries.dashboard(dashboard_id, locked=True), name=body.name))


@routes.put(ONE + "/place", needs=WRITE, rule=rules.edit, gives=Dashboard)
def file_dashboard(request: HttpRequest, dashboard_id: DashboardId, body: Place):
    """Put a dashboard into a folder and give it tags, in place of those it has. Nothing needs to be published for that."""
    found = queries.dashboard(dashboard_id, locked=True)
    return Dashboard.of(actions.file(dashboard=found, folder=body.folder, tags=body.tags))


@routes.delete(ONE, needs=WRITE, rule=rules.edit, refuses=(410,))
def delete_dashboard(request: HttpRequest, dashboard_id: DashboardId):
    """Delete a dashboard, in the way that can be undone. One that a screen shows is kept: 409 names which."""
    actions.archive(dashboard=queries.dashboard(dashboard_id))


@routes.post(ONE + "/return", needs=WRITE, rule=rules.edit, gives=Dashboard, status=200)
def return_dashboard(request: HttpRequest, dashboard_id: DashboardId):
    """Bring a deleted dashboard back, with its draft and versions."""
    actions.bring_back(dashboard=queries.archived(dashboard_id))
    return Dashboard.of(queries.dashboard(dashboard_id))


@routes.post(ONE + "/copies", needs=WRITE, rule=rules.make, gives=Dashboard)
def copy_dashboard(request: HttpRequest, dashboard_id: DashboardId):
    """Create another dashboard with the same draft. Nothing of it is published."""
    return Dashboard.of(actions.duplicate(dashboard=queries.dashboard(dashboard_id), by=request.auth.actor))


@routes.get(ONE + "/draft", needs=READ, rule=rules.see, gives=Draft)
def get_draft(request: HttpRequest, dashboard_id: DashboardId):
    """Read a dashboard's draft, with its revision."""
    return drafted(queries.dashboard(dashboard_id))


@routes.put(ONE + "/draft", needs=WRITE, rule=rules.edit, gives=Draft)
def save_draft(request: HttpRequest, dashboard_id: DashboardId, body: DraftBody):
    """
    Replace a dashboard's draft, if it is still the one its author saw.

    Otherwise the answer is 409 with the code `changed`, and `revision` and `document` as they are now.
    """
    found = queries.dashboard(dashboard_id)
    return drafted(actions.save_draft(dashboard=found, revision=body.revision, document=body.document))


@routes.post(ONE + "/publications", needs=WRITE, rule=rules.publish, gives=Version)
def publish_dashboard(request: HttpRequest, dashboard_id: DashboardId, body: PublicationBody):
    """
    Publish a dashboard's draft as its next version; every screen that shows it follows.

    A draft that is published already gives the version that it is.
    """
    dashboard = queries.dashboard(dashboard_id)
    version = actions.publish(dashboard=dashboard, revision=body.revision, by=request.auth.actor, note=body.note)
    # It may be an older one, of somebody who is not known here any more.
    return Version.of(queries.numbered(dashboard, version.number))


@routes.get(ONE + "/access", needs=READ, rule=give_rights, gives=api.Page[access.Access])
def list_dashboard_access(request: HttpRequest, dashboard_id: DashboardId, paging: api.Query[api.Paging]):
    """List what each member may do with one dashboard."""
    return access.listed(paging, queries.dashboard(dashboard_id))


@routes.put(ONE + "/access/{member:member_id}", needs=WRITE, rule=give_rights, gives=access.Access)
def change_dashboard_access(
    request: HttpRequest, dashboard_id: DashboardId, member_id: api.Id("mem"), body: access.AccessChange
):
    """Let a member edit one dashboard, or only look at it, in place of what their role says."""
    found, by = queries.dashboard(dashboard_id), request.auth.member
    return access.change(by=by, member_id=member_id, thing=found, name=found.name, right=body.right)


@routes.get(ONE + "/results", needs=READ, rule=rules.see, gives=Results, refuses=(409,))
def get_results(request: HttpRequest, dashboard_id: DashboardId):
    """
    Read what a dashboard shows now: its published version, and the newest answer of each query.

    They are the answers that screens get. Asking for them keeps them fresh for a minute and a half, and costs the
    source no query of its own.
    """
    version = queries.dashboard(dashboard_id).published
    if version is None:
        raise Refusal("This dashboard is not published yet.")
    keys = actions.watch(document=version.document)
    answers = dict(zip(keys, queries.results_texts(keys.values()), strict=True))
    results = ",".join(f"{json.dumps(query)}:{answer}" for query, answer in answers.items())
    return f'{{"version":{named(version).model_dump_json()},"results":{{{results}}}}}'.encode()


def drafted(dashboard: models.Dashboard) -> Draft:
    """Return a dashboard's draft as the contract has it."""
    return Draft(revision=dashboard.revision, document=dashboard.draft, changed_at=dashboard.changed_at)
