"""What Stage's endpoints take and give."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from operant.platform import api

from .. import checking, document, ids, models
from ..document.values import LONGEST_SQL

SourceId, DashboardId, VersionId = api.Id(ids.SOURCE), api.Id(ids.DASHBOARD), api.Id(ids.VERSION)
Document = api.Raw(document.Document)
Part = Annotated[str, Field(min_length=1, max_length=63), api.Storable]
Revision = Annotated[int, Field(ge=0, le=2_147_483_647, description="The draft's revision that its author saw.")]
Sql = Annotated[str, Field(min_length=1, max_length=LONGEST_SQL), api.Storable]


class SourceColumn(api.Shape):
    """A column of a source or a result."""

    name: str
    type: str


class Table(api.Shape):
    """A table that queries name, spelled as SQL wants it, and its rows where they are known."""

    name: str
    rows: int | None
    columns: list[SourceColumn]


class Source(api.Shape):
    """
    A data source: an uploaded file, read into one table, or a database (`kind` "postgresql").

    While a new file is read or a database is tested, or when that failed, its tables are those of before.
    """

    id: SourceId
    name: str
    kind: str
    state: Literal["converting", "ready", "failed"]
    error: str | None
    warnings: list[str]
    created_at: api.Instant
    read_at: api.Instant | None

    @classmethod
    def of(cls, row: models.Source) -> "Source":
        """Return a source as the contract has it."""
        return cls(
            id=row.pk, name=row.name, kind=row.kind, state=row.state, error=row.error or None, warnings=row.warnings,
            created_at=row.created_at, read_at=row.read_at,
        )  # fmt: skip


class Tables(api.Shape):
    """What a source's queries may name; none before it was read."""

    tables: list[Table]

    @classmethod
    def of(cls, row: models.Source) -> "Tables":
        """Return a source's tables as the contract has them."""
        return cls(tables=[_table(each) for each in row.tables] if row.has_data else [])


class DatabaseBody(api.Body):
    """How a PostgreSQL database is reached. The password is kept sealed and never shown again."""

    name: api.Text
    host: Annotated[str, Field(min_length=1, max_length=253), api.Storable, AfterValidator(checking.host)]
    port: Annotated[int, Field(ge=1, le=65535)] = 5432
    database: Part
    user: Part
    password: Annotated[str, Field(max_length=1000), api.Storable] = ""
    tls: Literal["verify", "require", "off"] = "verify"
    authority: Annotated[str, Field(max_length=50_000), api.Storable, AfterValidator(checking.authority)] = ""
    schema_name: Annotated[str, Field(alias="schema", max_length=63), api.Storable] = ""


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


def _table(found: dict[str, Any]) -> Table:
    columns = [SourceColumn(name=each["name"], type=each["type"]) for each in found["columns"]]
    return Table(name=found["name"], rows=found["rows"], columns=columns)


def named(version: models.DashboardVersion) -> VersionName:
    """Return which version it is."""
    return VersionName(id=version.pk, number=version.number)


