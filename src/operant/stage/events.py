from operant.platform.events import Event, Personal, Told

_SOURCES = ("source:{source_id}", "sources")
_DASHBOARDS = ("dashboard:{dashboard_id}", "dashboards")


class SourceUploaded(
    Event, name="stage.source.uploaded",
    told=Told(audit="{uploaded_by} uploaded {name}", live=_SOURCES, public=True),
):
    """A file was uploaded as a data source, or in place of the one before."""

    source_id: str
    name: str
    file: str
    uploaded_by: Personal


class SourceConverted(
    Event, name="stage.source.converted",
    told=Told(audit="{name} was read: {rows} rows", live=_SOURCES, public=True),
):
    """An uploaded file was read and its data can be queried."""

    source_id: str
    name: str
    rows: int


class SourceRejected(
    Event, name="stage.source.rejected",
    told=Told(audit="{name} could not be read: {reason}", notify="stage.edit", category="data", live=_SOURCES, public=True),
):
    """An uploaded file could not be read. The file is kept, and so is the data of the one before."""

    source_id: str
    name: str
    reason: str


class SourceConnected(
    Event, name="stage.source.connected",
    told=Told(audit="{connected_by} connected the database {database} as {name}", live=_SOURCES, public=True),
):
    """Somebody's database was connected as a data source. Whether it answers is told by what follows."""

    source_id: str
    name: str
    database: str
    connected_by: Personal


class SourceReconnected(
    Event, name="stage.source.reconnected",
    told=Told(audit="{changed_by} changed how the database of {name} is reached", live=_SOURCES, public=True),
):
    """How a data source's database is reached was changed: its place, its user or its password."""

    source_id: str
    name: str
    database: str
    changed_by: Personal


class SourceReached(
    Event, name="stage.source.reached",
    told=Told(audit="{name} answered: {tables} tables", live=_SOURCES, public=True),
):
    """A data source's database was tested, and its tables can be queried."""

    source_id: str
    name: str
    tables: int


class SourceUnreached(
    Event, name="stage.source.unreached",
    told=Told(audit="{name} could not be read: {reason}", notify="stage.edit", category="data", live=_SOURCES, public=True),
):
    """A data source's database was tested and could not be read. What its queries gave last is kept."""

    source_id: str
    name: str
    reason: str


class SourceRenamed(
    Event, name="stage.source.renamed",
    told=Told(audit="The data source {before} is now called {name}", live=_SOURCES, public=True),
):
    """A data source got a new name. Its table keeps its own, so no query breaks."""

    source_id: str
    before: str
    name: str


class SourceDeleted(
    Event, name="stage.source.deleted",
    told=Told(audit="The data source {name} was deleted", live=_SOURCES, public=True),
):
    """A data source that no dashboard read was deleted, with its files or its connection. A database stays as it is."""

    source_id: str
    name: str


class DashboardCreated(
    Event, name="stage.dashboard.created",
    told=Told(audit="{created_by} created the dashboard {name}", live=_DASHBOARDS, public=True),
):
    """A dashboard was created."""

    dashboard_id: str
    name: str
    created_by: Personal


class DashboardRenamed(
    Event, name="stage.dashboard.renamed",
    told=Told(audit="The dashboard {before} is now called {name}", live=_DASHBOARDS, public=True),
):
    """A dashboard got a new name. Its heading on screens is part of the document and stays."""

    dashboard_id: str
    before: str
    name: str


class DraftEdited(
    Event, name="stage.draft.edited", told=Told(audit="The draft of {name} was edited", public=True)
):
    """Somebody edited the draft of a dashboard. What one person does within a quarter of an hour is told once."""

    dashboard_id: str
    name: str


class DashboardPublished(
    Event, name="stage.dashboard.published",
    told=Told(audit="{published_by} published version {number} of {name}", live=_DASHBOARDS, public=True),
):
    """A new version of a dashboard was published; screens that show it follow."""

    dashboard_id: str
    name: str
    version_id: str
    number: int
    note: str
    published_by: Personal


class DashboardRestored(
    Event, name="stage.dashboard.restored",
    told=Told(audit="Version {number} of {name} was put back into the draft", live=_DASHBOARDS, public=True),
):
    """An older version of a dashboard became its draft again. Nothing was published by that."""

    dashboard_id: str
    name: str
    number: int


class DashboardArchived(
    Event, name="stage.dashboard.archived",
    told=Told(audit="The dashboard {name} was deleted", live=_DASHBOARDS, public=True),
):
    """A dashboard was deleted. It is kept, and can be brought back."""

    dashboard_id: str
    name: str


class DashboardReturned(
    Event, name="stage.dashboard.returned",
    told=Told(audit="The dashboard {name} was brought back", live=_DASHBOARDS, public=True),
):
    """A deleted dashboard was brought back, with its draft and versions."""

    dashboard_id: str
    name: str
