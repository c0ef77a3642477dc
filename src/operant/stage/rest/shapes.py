"""What Stage's endpoints take and give."""

from typing import Annotated, Any, Literal

from pydantic import Field

from operant.platform import api

from .. import document, ids, models
from ..document.values import LONGEST_SQL

SourceId, DashboardId, VersionId = api.Id(ids.SOURCE), api.Id(ids.DASHBOARD), api.Id(ids.VERSION)
Document = api.Raw(document.Document)
Revision = Annotated[int, Field(ge=0, le=2_147_483_647, description="The draft's revision that its author saw.")]
Sql = Annotated[str, Field(min_length=1, max_length=LONGEST_SQL), api.Storable]


class SourceColumn(api.Shape):
    """A column of a source or a result."""

    name: str
    type: str


class SourceTable(api.Shape):
    """A table that queries may name, spelled as SQL wants it. A database may not know how many rows it has."""

    name: str
    rows: int | None
    columns: list[SourceColumn]

    @classmethod
    def of(cls, table: dict[str, Any]) -> "SourceTable":
        """Return a table of a source as the contract has it."""
        columns = [SourceColumn(name=each["name"], type=each["type"]) for each in table["columns"]]
        return cls(name=table["name"], rows=table["rows"], columns=columns)


class Tables(api.Shape):
    """What a source's queries may name."""

    tables: list[SourceTable]


class Source(api.Shape):
    """
    A data source: an uploaded file, read into a table that queries name, or somebody's database.

    A database has no `table`, `rows` and `columns` of its own; its tables have an address.

    While a new file is read, or could not be, `rows` and `columns` are those of the one before.
    """

    id: SourceId
    name: str
    kind: str
    table: str | None
    state: Literal["converting", "ready", "failed"]
    error: str | None
    warnings: list[str]
    rows: int
    columns: list[SourceColumn]
    created_at: api.Instant
    read_at: api.Instant | None

    @classmethod
    def of(cls, row: models.Source) -> "Source":
        """Return a source as the contract has it."""
        columns = [SourceColumn(name=each["name"], type=each["type"]) for each in row.columns]
        return cls(
            id=row.pk, name=row.name, kind=row.kind,
            table=None if row.is_database else row.table_name, state=row.state, error=row.error or None,
            warnings=row.warnings, rows=row.rows, columns=columns, created_at=row.created_at, read_at=row.read_at,
        )  # fmt: skip


class Rows(api.Shape):
    """What a query gave. Decimals and integers beyond 2^53 are strings; dates and times are ISO 8601."""

    columns: list[SourceColumn]
    rows: list[list[Any]]
    truncated: bool
    duration_ms: int


class QueryBody(api.Body):
    """A query over the source's table."""

    sql: Sql


class Name(api.Body):
    """A new name."""

    name: api.Text


class VersionName(api.Shape):
    """Which version it is."""

    id: VersionId
    number: int


class Dashboard(api.Shape):
    """A dashboard, without its document. `has_changes` says that its draft is not what is published."""

    id: DashboardId
    name: str
    revision: int
    published: VersionName | None
    has_changes: bool
    created_at: api.Instant
    changed_at: api.Instant

    @classmethod
    def of(cls, row: models.Dashboard) -> "Dashboard":
        """Return a dashboard as the contract has it."""
        return cls(
            id=row.pk, name=row.name, revision=row.revision, has_changes=row.has_changes, created_at=row.created_at,
            changed_at=row.changed_at, published=named(row.published) if row.published else None,
        )  # fmt: skip


class DashboardBody(api.Body):
    """A new dashboard: proposed from a source's columns, from a document, or empty."""

    name: api.Text
    source: SourceId = None
    document: Document = None


class Draft(api.Shape):
    """A dashboard as it is being edited."""

    revision: int
    document: Document
    changed_at: api.Instant


class DraftBody(api.Body):
    """A new draft, and the revision of the one that its author saw."""

    revision: Revision
    document: Document


class PublicationBody(api.Body):
    """Which revision of the draft to publish, and a note for whoever reads the list of versions."""

    revision: Revision
    note: Annotated[str, Field(max_length=500), api.Storable] = ""


class Version(api.Shape):
    """A dashboard as it was published. It never changes."""

    id: VersionId
    number: int
    note: str
    published_by: str | None
    at: api.Instant

    @classmethod
    def of(cls, row: models.DashboardVersion) -> "Version":
        """Return a version as the contract has it, without its document."""
        by = row.published_by.name if row.published_by else None
        return cls(id=row.pk, number=row.number, note=row.note, published_by=by, at=row.at)


class WholeVersion(Version):
    """A version with its document."""

    document: Document


class Results(api.Shape):
    """What a dashboard shows: its published version, and the newest answer of each of its queries by its id."""

    version: VersionName
    results: dict[str, document.DataResult]


def named(version: models.DashboardVersion) -> VersionName:
    """Return which version it is."""
    return VersionName(id=version.pk, number=version.number)


