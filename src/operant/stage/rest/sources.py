from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api

from .. import actions, asking, binding, causes, engine, kinds, logbook, models, queries, rules
from .feeds import FeedBody
from .run_shapes import KeptQuery
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

    CSV, Excel (.xlsx, .xlsm), JSON, Parquet or a SQLite database, as the part `file` of a form. It is read soon after: ask
    until its state is `ready`.
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
    """Delete a data source with what is kept of it here. One that a dashboard reads is kept: 409 names which."""
    actions.delete_source(source=queries.source(source_id))


@routes.post(ONE + "/files", needs=WRITE, rule=rules.change_sources, gives=Source, takes_files=True)
def replace_file(request: HttpRequest, source_id: SourceId, file: api.Upload):
    """
    Put another file in a source's place.

    What is there stays until the new file was read; one that cannot be read changes nothing.
    """
    found = queries.source(source_id)
    return Source.of(actions.replace_file(source=found, upload=file, file_name=file.name, by=request.auth.actor))


@routes.post("/databases", needs=WRITE, rule=rules.change_sources, gives=Source)
def connect_database(request: HttpRequest, body: DatabaseBody):
    """
    Connect a database as a new data source: a PostgreSQL, or a MySQL or MariaDB.

    It is tested soon after: ask until its state is `ready`, or `failed` with the reason in `error`.
    """
    kind = kinds.DATABASES[body.kind]
    database = kind(
        key="", host=body.host, port=body.port or kind.usual_port, name=body.database, user=body.user, password=body.password,
        tls=body.tls, authority=body.authority, schema=body.schema_name,
    )
    return Source.of(actions.connect(name=body.name, place=database, by=request.auth.actor))


@routes.post("/feeds", needs=WRITE, rule=rules.change_sources, gives=Source)
def connect_feed(request: HttpRequest, body: FeedBody):
    """
    Connect an address that answers JSON or CSV, like that of a Google sheet, as a new data source.

    It is read soon after: ask until its state is `ready`, or `failed` with the reason in `error`. Later it is read anew
    every `fresh_seconds` while somebody watches.
    """
    return Source.of(actions.connect(name=body.name, place=body.place(), by=request.auth.actor))


@routes.post(ONE + "/tests", needs=WRITE, rule=rules.change_sources, gives=Source)
def test_database(request: HttpRequest, source_id: SourceId):
    """Have a database tested and its tables read again, or an address read anew."""
    return Source.of(actions.ask_for_test(source=queries.source(source_id)))


@routes.get(ONE + "/tables", needs=READ, rule=rules.see, gives=Tables)
def list_tables(request: HttpRequest, source_id: SourceId):
    """List what a source's queries may name: the one table of a file, or those of a database when it was last read."""
    return Tables.of(queries.source(source_id))


@routes.get(ONE + "/rows", needs=READ, rule=rules.see, gives=Rows, refuses=(408, 409), own_scope=True)
def get_rows(request: HttpRequest, source_id: SourceId, table: TableName = "", limit: FEW = 100):
    """Read the first rows of a source's table as they are; without `table`, of its first one."""
    return _asked(request, source_id, lambda source: engine.first_rows(queries.table(source, table or None), limit))


@routes.get(ONE + "/queries", needs=READ, rule=rules.see, gives=api.Page[KeptQuery])
def list_queries(request: HttpRequest, source_id: SourceId, paging: api.Query[api.Paging]):
    """List what is asked of a source, by id. What nobody watched for a week, and no dashboard asks, is gone."""
    return paging.of(logbook.asked(queries.source(source_id)), KeptQuery.of, by="id")


@routes.post(ONE + "/queries", needs=READ, rule=rules.ask, gives=Rows, status=200, refuses=(408,), own_scope=True)
def query_source(request: HttpRequest, source_id: SourceId, body: QueryBody):
    """
    Ask a source with SQL.

    One SELECT over its tables, within ten seconds and a thousand rows. It is not kept, and one organization's queries
    run one after another.
    """
    return _asked(request, source_id, lambda _: body.sql, body.given())


def _asked(
    request: HttpRequest, source_id: UUID, sql: Callable[[models.Source], str], given: binding.Given = ()
) -> Rows:
    auth = request.auth
    asker = asking.Asker(auth.organization_id, auth.actor, auth.scope, causes.PROGRAM)
    found = asking.ask(asker, source_id, sql, engine.PREVIEW, given)
    columns = [SourceColumn(name=each["name"], type=each["type"]) for each in found.columns]
    return Rows(columns=columns, rows=found.rows, truncated=found.truncated, duration_ms=found.duration_ms)
