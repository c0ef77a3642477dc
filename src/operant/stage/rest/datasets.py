"""Datasets: tables that programs declare, and push rows into."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api
from operant.platform.refusals import NotFound

from .. import actions, datasets, ids, models, queries, rules
from .scopes import WRITE
from .shapes import Source, SourceId

routes = api.Routes("Datasets")
ROWS = "/datasets/{source:source_id}/rows"
Row = dict[str, Any]


class DatasetColumn(api.Body):
    """A column: a name that SQL takes without quotes, and its type."""

    name: Annotated[str, Field(max_length=60, pattern="^[a-z_][a-z0-9_]*$")]
    type: Literal["text", "integer", "decimal", "float", "boolean", "date", "datetime"]


class DatasetBody(api.Body):
    """A new dataset."""

    name: api.Text
    columns: Annotated[list[DatasetColumn], Field(min_length=1, max_length=datasets.MOST_COLUMNS)]


class RowsBody(api.Body):
    """
    Rows, each an object with the names of columns. What is left out is empty.

    Instants without an offset are UTC. Decimals may be text, so that nobody rounds them on the way.
    """

    rows: Annotated[list[Row], Field(max_length=datasets.MOST_AT_ONCE)]


class Pushed(api.Shape):
    """How many rows were taken. They can be asked for a moment later, and screens follow."""

    rows: int


@routes.post("/datasets", needs=WRITE, rule=rules.change_sources, gives=Source)
def declare_dataset(request: HttpRequest, body: DatasetBody):
    """
    Make an empty dataset that rows can be pushed into.

    It is a data source (`kind` "push"): the endpoints of data sources show, ask and delete it.
    """
    columns = [(each.name, each.type) for each in body.columns]
    return Source.of(actions.declare(name=body.name, columns=columns, by=request.auth.actor))


@routes.put(ROWS, needs=WRITE, rule=rules.change_sources, gives=Pushed)
def replace_rows(request: HttpRequest, source_id: SourceId, body: RowsBody):
    """Put these rows in place of all that a dataset has. When one does not fit, nothing changes, and `errors` says where."""
    return Pushed(rows=actions.push(source=_dataset(source_id), rows=body.rows, replaces=True))


@routes.post(ROWS, needs=WRITE, rule=rules.change_sources, gives=Pushed, refuses=(429,))
def append_rows(request: HttpRequest, source_id: SourceId, body: RowsBody):
    """
    Add rows to a dataset. When one does not fit, none is taken, and `errors` says where.

    Send an `Idempotency-Key` with it, and a request that has to be repeated adds its rows once.
    """
    return Pushed(rows=actions.push(source=_dataset(source_id), rows=body.rows, replaces=False))


def _dataset(source_id: Any) -> models.Source:
    found = queries.source(source_id)
    if not found.is_pushed:
        raise NotFound(f"{ids.public_id(ids.SOURCE, found.pk)} is no dataset, so nothing can be pushed into it.")
    return found
