from django.urls import path

from operant.platform.tenancy import ids as public

from .. import ids
from . import access, connections, dashboards, editor, making, sources, wall

public.register("dashboard", ids.DASHBOARD)
public.register("source", ids.SOURCE)
public.register("version", ids.VERSION)

urlpatterns = []
_ONE = "dashboards/<dashboard:dashboard_id>/"
_SOURCE = "sources/<source:source_id>/"
inside = [
    path("dashboards/", dashboards.dashboards, name="dashboards"),
    path("dashboards/new", making.new, name="dashboard-new"),
    path(_ONE, dashboards.dashboard, name="dashboard"),
    path(_ONE + "access", access.access, name="dashboard-access"),
    path(_ONE + "edit", editor.page, name="dashboard-edit"),
    path(_ONE + "draft", editor.draft, name="dashboard-draft"),
    path(_ONE + "proposal", editor.proposal, name="dashboard-proposal"),
    path(_ONE + "preview", editor.preview, name="dashboard-preview"),
    path(_ONE + "publications", editor.publications, name="dashboard-publications"),
    path(_ONE + "wall", wall.wall, name="dashboard-wall"),
    path(_ONE + "name", making.name, name="dashboard-name"),
    path(_ONE + "copies", making.copies, name="dashboard-copies"),
    path(_ONE + "deletion", making.deletion, name="dashboard-deletion"),
    path(_ONE + "return", making.returning, name="dashboard-return"),
    path(_ONE + "versions/<int:number>/restoration", making.restoration, name="dashboard-restoration"),
    path("sources/", sources.sources, name="sources"),
    path("sources/sample", sources.sample, name="source-sample"),
    path("sources/connections/new", connections.new, name="connection-new"),
    path("sources/connections/tests", connections.tests, name="connection-tests"),
    path(_SOURCE, sources.source, name="source"),
    path(_SOURCE + "tests", connections.again, name="source-tests"),
    path(_SOURCE + "connection", connections.change, name="source-connection"),
    path(_SOURCE + "connection/tests", connections.change_tests, name="source-connection-tests"),
    path(_SOURCE + "file", sources.file, name="source-file"),
    path(_SOURCE + "preview", sources.preview, name="source-preview"),
    path(_SOURCE + "dashboards", sources.building, name="source-dashboards"),
    path(_SOURCE + "name", sources.name, name="source-name"),
    path(_SOURCE + "deletion", sources.deletion, name="source-deletion"),
]
