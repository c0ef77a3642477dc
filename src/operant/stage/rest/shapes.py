"""What Stage's endpoints take and give."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from operant.platform import api

from .. import checking, comparing, document, ids, models
from ..document.values import LONGEST_SQL
from ..naming import LONGEST_FOLDER, LONGEST_TAG, MOST_TAGS

SourceId, DashboardId, VersionId = api.Id(ids.SOURCE), api.Id(ids.DASHBOARD), api.Id(ids.VERSION)
Document = api.Raw(document.Document)
DatabaseName = Annotated[str, Field(min_length=1, max_length=64), api.Storable]
UserName = Annotated[str, Field(min_length=1, max_length=80), api.Storable]
Revision = Annotated[int, Field(ge=0, le=2_147_483_647, description="The draft's revision that its author saw.")]
Tag = Annotated[str, Field(min_length=1, max_length=LONGEST_TAG), api.Storable]
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
    A data source: an uploaded file or an address (`kind` "http_json", "http_csv", "prometheus"), read into one table, a dataset
    that programs push into (`kind` "push"), an extract of a database (`kind` "extract"), or a database (`kind` "postgresql",
    "mysql", or "sqlite" where it was uploaded).

    While it is being read or tested, or when that failed, its tables are those of before. A workbook has `sheets`, of which the
    first is read, or the one that was chosen as `sheet`.
    """

    id: SourceId
    name: str
    kind: str
    state: Literal["converting", "ready", "failed"]
    error: str | None
    warnings: list[str]
    sheets: list[str]
    sheet: str | None
    created_at: api.Instant
    read_at: api.Instant | None

    @classmethod
    def of(cls, row: models.Source) -> "Source":
        """Return a source as the contract has it."""
        return cls(
            id=row.pk, name=row.name, kind=row.kind, state=row.state, error=row.error or None, warnings=row.warnings,
            sheets=row.sheets_to_choose, sheet=row.sheet or None, created_at=row.created_at, read_at=row.read_at,
        )  # fmt: skip


class Tables(api.Shape):
    """What a source's queries may name; none before it was read."""

    tables: list[Table]

    @classmethod
    def of(cls, row: models.Source) -> "Tables":
        """Return a source's tables as the contract has them."""
        return cls(tables=[_table(each) for each in row.tables] if row.has_data else [])


class DatabaseBody(api.Body):
    """How a database is reached. The password is kept sealed and never shown again; without `port` it is the usual one."""

    name: api.Text
    kind: Literal["postgresql", "mysql"] = "postgresql"
    host: Annotated[str, Field(min_length=1, max_length=253), api.Storable, AfterValidator(checking.host)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    database: DatabaseName
    user: UserName
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
    """A query over the source's tables. It names its parameters as :name, and their values are bound to it."""

    sql: Sql
    parameters: document.Parameters = []

    @model_validator(mode="after")
    def named_once(self) -> "QueryBody":
        """Refuse two parameters of one name."""
        if len({each.name for each in self.parameters}) < len(self.parameters):
            raise ValueError("has two parameters of one name")
        return self

    def given(self) -> list[dict[str, Any]]:
        """Return the parameters as queries have them."""
        return [each.model_dump(mode="json") for each in self.parameters]


class Name(api.Body):
    """A new name."""

    name: api.Text


class Place(api.Body):
    """Where a dashboard is found: the name of a folder, or "" for none, and tags without a comma."""

    folder: Annotated[str, Field(max_length=LONGEST_FOLDER), api.Storable]
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)]


class VersionName(api.Shape):
    """Which version it is."""

    id: VersionId
    number: int


class Dashboard(api.Shape):
    """A dashboard, without its document. `has_changes` says that its draft is not what is published."""

    id: DashboardId
    name: str
    folder: str
    tags: list[str]
    revision: int
    published: VersionName | None
    has_changes: bool
    created_at: api.Instant
    changed_at: api.Instant

    @classmethod
    def of(cls, row: models.Dashboard) -> "Dashboard":
        """Return a dashboard as the contract has it."""
        return cls(
            id=row.pk, name=row.name, folder=row.folder, tags=row.tags, revision=row.revision, has_changes=row.has_changes,
            created_at=row.created_at, changed_at=row.changed_at, published=named(row.published) if row.published else None,
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


class Plan(api.Shape):
    """A draft that is published at a time, as it was when that was planned: with this revision."""

    revision: int
    at: api.Instant
    note: str
    planned_by: str | None
    planned_at: api.Instant

    @classmethod
    def of(cls, row: models.PlannedPublication) -> "Plan":
        """Return a plan as the contract has it."""
        by = row.planned_by.name if row.planned_by else None
        return cls(revision=row.revision, at=row.due_at, note=row.note, planned_by=by, planned_at=row.planned_at)


class PlanBody(PublicationBody):
    """Which revision of the draft to publish and when: within a year."""

    at: api.GivenInstant


class RepublicationBody(api.Body):
    """A note for the new version; `over` is the number of the version that its author saw as the published one."""

    note: Annotated[str, Field(max_length=500), api.Storable] = ""
    over: Annotated[int, Field(ge=1)] | None = None


class Between(api.Body):
    """Which two states: a version's number, or `draft`. Unless told, what publishing the draft would change."""

    before: Annotated[str, Field(pattern="^([0-9]{1,9}|draft)?$")] = ""
    after: Annotated[str, Field(pattern="^([0-9]{1,9}|draft)?$")] = ""


class Line(api.Shape):
    """One line of a text: + where it came, - where it went, otherwise a space."""

    mark: Literal["+", "-", " "]
    text: str


class Property(api.Shape):
    """One thing that is different, in words. Texts have `lines` in place of `before` and `after`."""

    name: str
    before: str
    after: str
    lines: list[Line]


class Change(api.Shape):
    """What became of one part of a dashboard."""

    part: Literal["grid", "query", "widget"]
    id: str
    name: str
    verbs: list[Literal["added", "removed", "moved", "resized", "changed"]]
    properties: list[Property]


class Changes(api.Shape):
    """What is different from one state of a dashboard to another."""

    before: str
    after: str
    changes: list[Change]

    @classmethod
    def of(cls, compared: comparing.Comparison) -> "Changes":
        """Return a comparison as the contract has it."""
        return cls.model_validate(
            {"before": compared.before.key, "after": compared.after.key, "changes": [asdict(each) for each in compared.changes]}
        )


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


