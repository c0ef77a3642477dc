"""The versions of an uploaded file or a dataset, and what people say that columns are."""

from typing import Annotated, Literal

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api

from .. import actions, earlier, queries, rules
from .scopes import READ, WRITE
from .shapes import Source, SourceId
from .sources import ONE

routes = api.Routes("Versions of data sources")
Number = Annotated[int, Field(ge=1, le=2_147_483_647)]
Pin = Literal["text", "number", "date", "day_first", "month_first", "datetime", "time", "boolean"]


class SourceVersion(api.Shape):
    """
    One version of a data source. One that is `waiting` was read and is not in use: `why` says whether something that is shown
    would break, or there was not the time to ask everything.

    `changes` say what its columns changed against the version before it.
    """

    number: int
    state: Literal["in_use", "kept", "waiting"]
    file: str | None
    rows: int
    bytes: int
    read_at: api.Instant | None
    changes: list[str]
    why: str | None

    @classmethod
    def of(cls, line: earlier.Line) -> "SourceVersion":
        """Return a version as the contract has it."""
        return cls(
            number=line.number, state=line.state, file=line.file, rows=line.rows, bytes=line.bytes, read_at=line.read_at,
            changes=line.changes, why=line.why,
        )  # fmt: skip


class SourceVersions(api.Shape):
    """The versions of a data source that there are, newest first."""

    versions: list[SourceVersion]


class VersionBody(api.Body):
    """Which version is to be used."""

    number: Number


class Used(api.Shape):
    """The version that is in use, and the one that was `before`."""

    number: int
    before: int


class PinsBody(api.Body):
    """What columns are, by name; those that are not named are read as they come."""

    types: Annotated[dict[Annotated[str, Field(max_length=300)], Pin], Field(max_length=500)]


class SheetBody(api.Body):
    """Which sheet of a workbook is read; an empty one is the first."""

    sheet: Annotated[str, Field(max_length=255)]


@routes.get(ONE + "/versions", needs=READ, rule=rules.see, gives=SourceVersions)
def list_source_versions(request: HttpRequest, source_id: SourceId):
    """List the versions of an uploaded file, or of a dataset whose rows were replaced; empty for others."""
    found = earlier.versions(queries.source(source_id))
    return SourceVersions(versions=[SourceVersion.of(each) for each in found])


@routes.put(ONE + "/version", needs=WRITE, rule=rules.change_sources, gives=Used, refuses=(409,))
def use_source_version(request: HttpRequest, source_id: SourceId, body: VersionBody):
    """Put another version to use, at once and whatever reads it. What was in use is kept, and can be used again."""
    before = actions.use_version(source=queries.source(source_id), number=body.number, by=request.auth.actor)
    return Used(number=body.number, before=before)


@routes.delete(ONE + "/versions/{int:number}", needs=WRITE, rule=rules.change_sources)
def delete_source_version(request: HttpRequest, source_id: SourceId, number: Number):
    """Delete a version that is not in use, with its file."""
    actions.delete_version(source=queries.source(source_id), number=number, by=request.auth.actor)


@routes.put(ONE + "/types", needs=WRITE, rule=rules.change_sources, gives=Source, refuses=(409,))
def pin_columns(request: HttpRequest, source_id: SourceId, body: PinsBody):
    """Say what columns are, in place of what was said before. The source is read anew, and so are later files."""
    return Source.of(actions.pin_columns(source=queries.source(source_id), types=body.types, by=request.auth.actor))


@routes.put(ONE + "/sheet", needs=WRITE, rule=rules.change_sources, gives=Source, refuses=(409,))
def choose_sheet(request: HttpRequest, source_id: SourceId, body: SheetBody):
    """Choose which sheet of a workbook is read: one of the source's `sheets`. It is read anew, and so are later files."""
    return Source.of(actions.choose_sheet(source=queries.source(source_id), sheet=body.sheet, by=request.auth.actor))
