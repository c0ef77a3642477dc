from django.urls import path

from operant.platform.tenancy.ids import register

from .. import ids
from . import (
    access,
    alerting,
    alerts,
    annotating,
    budgeting,
    connections,
    dashboards,
    datasets,
    editing,
    editor,
    embedded,
    extracts,
    filing,
    making,
    planning,
    public,
    runs,
    saved,
    saving,
    sharing,
    source_versions,
    sources,
    starting,
    texts,
    versions,
    wall,
)

register("alert", ids.ALERT)
register("annotation", ids.ANNOTATION)
register("dashboard", ids.DASHBOARD)
register("result", ids.RESULT)
register("saved", ids.SAVED)
register("share", ids.SHARE)
register("source", ids.SOURCE)
register("version", ids.VERSION)

urlpatterns = [
    path("pictures/<str:name>", embedded.picture, name="picture"),
    path("frames/<str:token>", embedded.frame, name="frame"),
    path("s/<str:token>", public.shared, name="shared"),
    path("s/<str:token>/wall", public.wall, name="shared-wall"),
]
_ONE = "dashboards/<dashboard:dashboard_id>/"
_ALERT = _ONE + "alerts/<alert:alert_id>/"
_VERSION = _ONE + "versions/<int:number>"
_SOURCE = "sources/<source:source_id>/"
_SAVED = "queries/<saved:saved_id>/"
_KEPT = _SOURCE + "versions/<int:number>/"
_QUERY = _SOURCE + "queries/<result:result_id>/"
inside = [
    path("dashboards/", dashboards.dashboards, name="dashboards"),
    path("dashboards/new", making.new, name="dashboard-new"),
    path(_ONE, dashboards.dashboard, name="dashboard"),
    path(_ONE + "access", access.access, name="dashboard-access"),
    path(_ONE + "edit", editor.page, name="dashboard-edit"),
    path(_ONE + "draft", editor.draft, name="dashboard-draft"),
    path(_ONE + "proposal", editor.proposal, name="dashboard-proposal"),
    path(_ONE + "preview", editor.preview, name="dashboard-preview"),
    path(_ONE + "clippings", editor.clippings, name="dashboard-clippings"),
    path(_ONE + "saved", saving.offered, name="dashboard-saved"),
    path(_ONE + "saved/<saved:saved_id>", saving.one, name="dashboard-saved-query"),
    path(_ONE + "pictures", embedded.upload, name="dashboard-pictures"),
    path(_ONE + "presence", editing.presence, name="dashboard-presence"),
    path(_ONE + "draft/apart", editing.apart, name="dashboard-draft-apart"),
    path(_ONE + "publications", editor.publications, name="dashboard-publications"),
    path(_ONE + "wall", wall.wall, name="dashboard-wall"),
    path(_ONE + "place", filing.place, name="dashboard-place"),
    path(_ONE + "star", filing.star, name="dashboard-star"),
    path(_ONE + "name", making.name, name="dashboard-name"),
    path(_ONE + "copies", making.copies, name="dashboard-copies"),
    path(_ONE + "deletion", making.deletion, name="dashboard-deletion"),
    path(_ONE + "return", making.returning, name="dashboard-return"),
    path(_ONE + "comparison", versions.comparison, name="dashboard-comparison"),
    path(_ONE + "draft/return", versions.returning, name="dashboard-draft-return"),
    path(_ONE + "draft/wall", wall.draft, name="dashboard-draft-wall"),
    path(_ONE + "plan", planning.plan, name="dashboard-plan"),
    path(_ONE + "plan/cancellation", planning.cancellation, name="dashboard-plan-cancellation"),
    path(_ONE + "text", texts.words, name="dashboard-text"),
    path(_ONE + "text/file", texts.file, name="dashboard-text-file"),
    path(_ONE + "versions/", versions.versions, name="dashboard-versions"),
    path(_VERSION, versions.version, name="dashboard-version"),
    path(_VERSION + "/wall", wall.version, name="dashboard-version-wall"),
    path(_VERSION + "/restoration", versions.restoration, name="dashboard-restoration"),
    path(_VERSION + "/publication", versions.republication, name="dashboard-republication"),
    path(_ONE + "sharing/", sharing.shares, name="dashboard-shares"),
    path(_ONE + "sharing/<share:share_id>/", sharing.share, name="dashboard-share"),
    path(_ONE + "sharing/<share:share_id>/revocation", sharing.revocation, name="dashboard-share-revocation"),
    path(_ONE + "annotations/", annotating.annotations, name="annotations"),
    path(_ONE + "annotations/<annotation:annotation_id>/removal", annotating.removal, name="annotation-removal"),
    path(_ONE + "annotations/<annotation:annotation_id>/return", annotating.returning, name="annotation-return"),
    path(_ONE + "alerts/new", alerting.new, name="alert-new"),
    path(_ALERT + "change", alerting.change, name="alert-change"),
    path(_ALERT + "mute", alerting.mute, name="alert-mute"),
    path(_ALERT + "deletion", alerting.deletion, name="alert-deletion"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<alert:alert_id>/", alerts.alert, name="alert"),
    path("queries/", saved.queries_list, name="saved-queries"),
    path("queries/new", saved.new, name="saved-query-new"),
    path(_SAVED, saved.query, name="saved-query"),
    path(_SAVED + "edit", saved.edit, name="saved-query-edit"),
    path(_SAVED + "draft", saved.draft, name="saved-query-draft"),
    path(_SAVED + "preview", saved.preview, name="saved-query-preview"),
    path(_SAVED + "description", saved.description, name="saved-query-description"),
    path(_SAVED + "publications", saved.publications, name="saved-query-publications"),
    path(_SAVED + "deletion", saved.deletion, name="saved-query-deletion"),
    path(_SAVED + "text/file", saved.file, name="saved-query-file"),
    path("sources/", sources.sources, name="sources"),
    path("sources/sample", sources.sample, name="source-sample"),
    path("sources/connections/new", connections.new, name="connection-new"),
    path("sources/extracts/new", extracts.new, name="extract-new"),
    path("sources/extracts/tried", extracts.tried, name="extract-tried"),
    path("sources/datasets/new", datasets.new, name="dataset-new"),
    path("sources/connections/tests", connections.tests, name="connection-tests"),
    path(_SOURCE, sources.source, name="source"),
    path(_SOURCE + "tests", connections.again, name="source-tests"),
    path(_SOURCE + "connection", connections.change, name="source-connection"),
    path(_SOURCE + "connection/tests", connections.change_tests, name="source-connection-tests"),
    path(_SOURCE + "extract", extracts.change, name="source-extract"),
    path(_SOURCE + "extract/refresh", extracts.refresh, name="extract-refresh"),
    path(_SOURCE + "file", sources.file, name="source-file"),
    path(_SOURCE + "types", source_versions.pinned, name="source-types"),
    path(_SOURCE + "sheet", source_versions.sheet, name="source-sheet"),
    path(_KEPT, source_versions.version, name="source-version"),
    path(_KEPT + "breaks", source_versions.breaks, name="source-version-breaks"),
    path(_KEPT + "use", source_versions.use, name="source-version-use"),
    path(_KEPT + "file", source_versions.file, name="source-version-file"),
    path(_KEPT + "deletion", source_versions.deletion, name="source-version-deletion"),
    path(_SOURCE + "preview", sources.preview, name="source-preview"),
    path(_SOURCE + "proposal", wall.proposed, name="source-proposal"),
    path(_SOURCE + "starts", starting.gallery, name="source-starts"),
    path(_SOURCE + "budget", budgeting.budget, name="source-budget"),
    path(_SOURCE + "runs", runs.runs, name="source-runs"),
    path(_QUERY, runs.query, name="query"),
    path(_QUERY + "run", runs.now, name="query-run"),
    path(_SOURCE + "name", sources.name, name="source-name"),
    path(_SOURCE + "deletion", sources.deletion, name="source-deletion"),
]
