"""Data sources and what is read of them."""

from operant.platform.events import Event, Personal, Told

_SOURCES = ("source:{source_id}", "sources")


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


class SourceVersionWaits(
    Event, name="stage.source.version_waits",
    told=Told(
        audit="Version {number} of {name} was read and waits: {why}", notify="stage.edit",
        category="data", live=_SOURCES, public=True,
    ),
):
    """
    What was newly read of a source is not in use yet: something that shows it would break, or not everything could be asked.
    Somebody has to decide.
    """

    source_id: str
    name: str
    number: int
    why: str


class SourceVersionUsed(
    Event, name="stage.source.version_used",
    told=Told(audit="{used_by} put version {number} of {name} to use, in place of version {before}", live=_SOURCES, public=True),
):
    """Another version of a data source was put to use: an earlier one, or one that waited."""

    source_id: str
    name: str
    number: int
    before: int
    used_by: Personal


class SourceVersionDeleted(
    Event, name="stage.source.version_deleted",
    told=Told(audit="{deleted_by} deleted version {number} of {name}", live=_SOURCES, public=True),
):
    """A version of a data source that was not in use was deleted with its file."""

    source_id: str
    name: str
    number: int
    deleted_by: Personal


class SourcePinned(
    Event, name="stage.source.pinned",
    told=Told(audit="{pinned_by} said which types columns of {name} have: {types}", live=_SOURCES, public=True),
):
    """Somebody said of which types columns of a data source are. It is read anew with them."""

    source_id: str
    name: str
    types: str
    pinned_by: Personal


class SourceSheetChosen(
    Event, name="stage.source.sheet_chosen",
    told=Told(audit="{chosen_by} chose what is read of the workbook {name}: {sheet}", live=_SOURCES, public=True),
):
    """Somebody chose another sheet of an uploaded workbook. It is read anew, and so are later files."""

    source_id: str
    name: str
    sheet: str
    chosen_by: Personal


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


class SourceBudgetChanged(
    Event, name="stage.source.budget_changed",
    told=Told(audit="{changed_by} changed the budget of {name}: {budget}", live=_SOURCES, public=True),
):
    """How much a data source may be asked within an hour was changed."""

    source_id: str
    name: str
    budget: str
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


class DatasetDeclared(
    Event, name="stage.dataset.declared",
    told=Told(audit="{declared_by} made the dataset {name}", live=_SOURCES, public=True),
):
    """A dataset was made: programs can push rows into its columns. The rows themselves are no events."""

    source_id: str
    name: str
    columns: int
    declared_by: Personal


class ExtractMade(
    Event, name="stage.extract.made",
    told=Told(audit="{made_by} made the extract {name} of {origin}, refreshed {schedule}", live=_SOURCES, public=True),
):
    """An extract was made: what a query of a database gives is kept as a table, and asked for again on its schedule."""

    source_id: str
    name: str
    origin: str
    schedule: str
    made_by: Personal


class ExtractChanged(
    Event, name="stage.extract.changed",
    told=Told(audit="{changed_by} changed the extract {name}: it is refreshed {schedule}", live=_SOURCES, public=True),
):
    """The query or the schedule of an extract was changed. What it gave before stays until it was asked again."""

    source_id: str
    name: str
    schedule: str
    changed_by: Personal


class ExtractRead(
    Event, name="stage.extract.read",
    told=Told(audit="The extract {name} was read: {rows} rows", live=_SOURCES, public=True),
):
    """An extract was read for the first time, or again after that had failed."""

    source_id: str
    name: str
    rows: int


class ExtractFailed(
    Event, name="stage.extract.failed",
    told=Told(
        audit="The extract {name} could not be refreshed: {reason}", notify="stage.edit", category="data", live=_SOURCES,
        public=True,
    ),
):
    """An extract could not be refreshed, after it could. What it gave before stays."""

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
