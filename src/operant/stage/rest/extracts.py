"""Extracts: what a query of a database gives, kept as a table and refreshed on a schedule."""

from datetime import time
from typing import Annotated

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api, clock

from .. import actions, causes, models, queries, rules, schedules
from .scopes import READ, WRITE
from .shapes import Source, SourceId, Sql

routes = api.Routes("Extracts")
ONE = "/extracts/{source:source_id}"


class ScheduleBody(api.Body):
    """When it is refreshed: `every_minutes`, or `daily_at` a time like "06:30" by the organization's clock. One of the two."""

    every_minutes: Annotated[int, Field(ge=schedules.SHORTEST, le=schedules.LONGEST)] | None = None
    daily_at: Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = None

    def schedule(self) -> schedules.Schedule:
        """Return the schedule as actions take it."""
        return schedules.Schedule(self.every_minutes, time.fromisoformat(self.daily_at) if self.daily_at else None)


class ExtractChange(api.Body):
    """What an extract asks, and when. The query is one SELECT in the SQL of its database."""

    sql: Sql
    schedule: ScheduleBody


class ExtractBody(ExtractChange):
    """A new extract of the database `origin`."""

    name: api.Text
    origin: SourceId


class ExtractSchedule(api.Shape):
    """When an extract is refreshed: the one that is not null."""

    every_minutes: int | None
    daily_at: str | None


class Extract(api.Shape):
    """
    How an extract is made. `source` is what it is as a data source: those endpoints rename, ask and delete it.

    `due_at` is when it is refreshed next, `began_at` when that began last; `is_running` while its database is asked.
    """

    source: Source
    origin: SourceId
    sql: str
    schedule: ExtractSchedule
    is_running: bool
    due_at: api.Instant
    began_at: api.Instant | None
    duration_ms: int
    rows: int

    @classmethod
    def of(cls, source: models.Source) -> "Extract":
        """Return an extract as the contract has it."""
        row = queries.extract(source)
        at = f"{row.daily_at:%H:%M}" if row.daily_at else None
        return cls(
            source=Source.of(source), origin=row.origin_id, sql=row.sql,
            schedule=ExtractSchedule(every_minutes=row.every_minutes, daily_at=at), is_running=row.is_running(clock.now()),
            due_at=row.due_at, began_at=row.began_at, duration_ms=row.took_ms, rows=source.rows,
        )  # fmt: skip


@routes.post("/extracts", needs=WRITE, rule=rules.change_sources, gives=Extract, refuses=(404,))
def make_extract(request: HttpRequest, body: ExtractBody):
    """
    Keep what a query of a database gives as a new data source (`kind` "extract").

    It is read soon after: ask until the state of its source is `ready`, or `failed` with the reason in `error`.
    """
    made = actions.make_extract(
        name=body.name, origin=queries.source(body.origin), sql=body.sql, schedule=body.schedule.schedule(), by=request.auth.actor
    )
    return Extract.of(made)


@routes.get(ONE, needs=READ, rule=rules.see, gives=Extract)
def get_extract(request: HttpRequest, source_id: SourceId):
    """Look at how an extract is made, and when it is refreshed."""
    return Extract.of(queries.source(source_id))


@routes.put(ONE, needs=WRITE, rule=rules.change_sources, gives=Extract)
def change_extract(request: HttpRequest, source_id: SourceId, body: ExtractChange):
    """Give an extract another query and schedule. It is read soon after, and keeps its rows until that worked."""
    found = queries.source(source_id)
    actions.change_extract(source=found, sql=body.sql, schedule=body.schedule.schedule(), by=request.auth.actor)
    return Extract.of(found)


@routes.post(ONE + "/refreshes", needs=WRITE, rule=rules.change_sources, gives=Extract)
def refresh_extract(request: HttpRequest, source_id: SourceId):
    """Have an extract read now. One that is being read goes on; the budget of its database may make it wait."""
    found = queries.source(source_id)
    actions.refresh_extract(source=found, cause=causes.PROGRAM)
    return Extract.of(found)
