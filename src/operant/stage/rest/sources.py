from typing import Annotated

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api
from operant.platform.refusals import Refusal

from .. import actions, engine, queries, rules, turns
from .scopes import READ, WRITE
from .shapes import Name, QueryBody, Rows, Source, SourceColumn, SourceId, SourceTable, Tables

routes = api.Routes("Data sources")
ONE = "/sources/{source:source_id}"
FEW = Annotated[int, Field(ge=1, le=1_000)]


@routes.get("/sources", needs=READ, rule=rules.see, gives=api.Page[Source])
def list_sources(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the data sources, oldest first."""
    return paging.of(queries.sources(), Source.of, by="created_at")


@routes.post("/sources", needs=WRITE, rule=rules.change_sources, gives=Source, takes_files=True)
def upload_source(request: HttpRequest, file: api.Upload):
    """
    Upload a file as a new data source.

    CSV, JSON or Parquet, as the part `file` of a form. It is read soon after: ask until its state is `ready`.
    """
    made = actions.upload(upload=file, file_name=file.name, by=request.auth.person)
    return Source.of(made)


@routes.get(ONE, needs=READ, rule=rules.see, gives=Source)
def get_source(request: HttpRequest, source_id: SourceId):
    """Look at one data source."""
    return Source.of(queries.source(source_id))


@routes.patch(ONE, needs=WRITE, rule=rules.change_sources, gives=Source)
def rename_source(request: HttpRequest, source_id: SourceId, body: Name):
    """Give a data source another name. Queries keep naming its table, so none breaks."""
    return Source.of(actions.rename_source(source=queries.source(source_id), name=body.name))


@routes.delete(ONE, needs=WRITE, rule=rules.change_sources)
def delete_source(request: HttpRequest, source_id: SourceId):
    """Delete a data source with its files. One that a dashboard reads is kept: 409 names which."""
    actions.delete_source(source=queries.source(source_id))


@routes.post(ONE + "/files", needs=WRITE, rule=rules.change_sources, gives=Source, takes_files=True)
def replace_file(request: HttpRequest, source_id: SourceId, file: api.Upload):
    """
    Put another file in a source's place.

    What is there stays until the new file was read; one that cannot be read changes nothing.
    """
    found = queries.source(source_id)
    return Source.of(actions.replace_file(source=found, upload=file, file_name=file.name, by=request.auth.person))


@routes.get(ONE + "/rows", needs=READ, rule=rules.see, gives=Rows, refuses=(408, 409), own_scope=True)
def get_rows(request: HttpRequest, source_id: SourceId, limit: FEW = 100, table: str | None = None):
    """Read the first rows of a source's table as they are: of `table`, as its tables name it, or of the first one."""
    with request.auth.scope():
        source = _readable(source_id)
        chosen, place = queries.table(source, table), queries.place(source)
    return _asked(request, place, f"select * from {chosen} limit {limit}")


@routes.get(ONE + "/tables", needs=READ, rule=rules.see, gives=Tables)
def list_tables(request: HttpRequest, source_id: SourceId):
    """List what a source's queries may name: the one table of a file, or those of a database when it was last read."""
    return Tables(tables=[SourceTable.of(each) for each in queries.source(source_id).tables])


@routes.post(
    ONE + "/queries", needs=READ, rule=rules.edit, gives=Rows, status=200, refuses=(408,), own_scope=True
)  # fmt: skip
def query_source(request: HttpRequest, source_id: SourceId, body: QueryBody):
    """
    Ask a source with SQL.

    One SELECT over its tables, within ten seconds and a thousand rows. It is not kept, and one organization's queries
    run one after another. A database is only read.
    """
    with request.auth.scope():
        place = queries.place(_readable(source_id))
    return _asked(request, place, body.sql)


def _readable(source_id):
    source = queries.source(source_id)
    if not source.has_data:
        what = "database" if source.is_database else "file"
        raise Refusal(f"{source.name} has no data yet. Its {what} is still being read, or could not be.")
    return source


def _asked(request: HttpRequest, place: engine.Place, sql: str) -> Rows:
    with turns.turn(request.auth.organization_id, seconds=engine.PREVIEW.seconds):
        found = engine.ask(place, sql, engine.PREVIEW)
    columns = [SourceColumn(name=each["name"], type=each["type"]) for each in found.columns]
    return Rows(columns=columns, rows=found.rows, truncated=found.truncated, duration_ms=found.duration_ms)
