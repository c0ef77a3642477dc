from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api
from operant.platform.refusals import Refusal

from .. import actions, engine, models, postgres, queries, rules, turns
from .scopes import READ, WRITE
from .shapes import DatabaseBody, Name, QueryBody, Rows, Source, SourceColumn, SourceId, Tables

routes = api.Routes("Data sources")
ONE = "/sources/{source:source_id}"
TableName = Annotated[str, Field(max_length=300)]
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
    made = actions.upload(upload=file, file_name=file.name, by=request.auth.actor)
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
    """Delete a data source with its files; a database is only let go. One that a dashboard reads is kept: 409 names which."""
    actions.delete_source(source=queries.source(source_id))


@routes.post(ONE + "/files", needs=WRITE, rule=rules.change_sources, gives=Source, takes_files=True)
def replace_file(request: HttpRequest, source_id: SourceId, file: api.Upload):
    """
    Put another file in a source's place.

    What is there stays until the new file was read; one that cannot be read changes nothing.
    """
    found = queries.source(source_id)
    if found.is_database:
        raise Refusal(f"{found.name} is a database: no file can take its place.")
    return Source.of(actions.replace_file(source=found, upload=file, file_name=file.name, by=request.auth.actor))


@routes.post("/databases", needs=WRITE, rule=rules.change_sources, gives=Source)
def connect_database(request: HttpRequest, body: DatabaseBody):
    """
    Connect a PostgreSQL database as a new data source.

    It is tested soon after: ask until its state is `ready`, or `failed` with the reason in `error`.
    """
    database = postgres.Database(
        key="", host=body.host, port=body.port, name=body.database, user=body.user, password=body.password, tls=body.tls,
        authority=body.authority, schema=body.schema_name,
    )
    return Source.of(actions.connect(name=body.name, database=database, by=request.auth.actor))


@routes.post(ONE + "/tests", needs=WRITE, rule=rules.change_sources, gives=Source)
def test_database(request: HttpRequest, source_id: SourceId):
    """Have a database tested and its tables read again."""
    return Source.of(actions.ask_for_test(source=queries.source(source_id)))


@routes.get(ONE + "/tables", needs=READ, rule=rules.see, gives=Tables)
def list_tables(request: HttpRequest, source_id: SourceId):
    """List what a source's queries may name: the one table of a file, or those of a database when it was last read."""
    return Tables.of(queries.source(source_id))


@routes.get(ONE + "/rows", needs=READ, rule=rules.see, gives=Rows, refuses=(408, 409), own_scope=True)
def get_rows(request: HttpRequest, source_id: SourceId, table: TableName = "", limit: FEW = 100):
    """Read the first rows of a source's table as they are; without `table`, of its first one."""
    source, place = _readable(request, source_id)
    return _asked(request, place, f"select * from {queries.table(source, table or None)} limit {limit}")


@routes.post(ONE + "/queries", needs=READ, rule=rules.ask, gives=Rows, status=200, refuses=(408,), own_scope=True)
def query_source(request: HttpRequest, source_id: SourceId, body: QueryBody):
    """
    Ask a source with SQL.

    One SELECT over its tables, within ten seconds and a thousand rows. It is not kept, and one organization's queries
    run one after another.
    """
    return _asked(request, _readable(request, source_id)[1], body.sql)


def _readable(request: HttpRequest, source_id: UUID) -> tuple[models.Source, engine.Place]:
    with request.auth.scope():
        source = queries.source(source_id)
        if not source.has_data:
            raise Refusal(f"{source.name} has no data yet. It is still being read or tested, or could not be.")
        return source, queries.place(source)


def _asked(request: HttpRequest, place: engine.Place, sql: str) -> Rows:
    with turns.turn(request.auth.organization_id, seconds=engine.PREVIEW.seconds):
        found = engine.ask(place, sql, engine.PREVIEW)
    columns = [SourceColumn(name=each["name"], type=each["type"]) for each in found.columns]
    return Rows(columns=columns, rows=found.rows, truncated=found.truncated, duration_ms=found.duration_ms)
