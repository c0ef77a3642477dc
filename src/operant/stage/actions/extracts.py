from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.files.sandbox import Converted
from operant.platform.live import hint
from operant.platform.refusals import Invalid, Refusal

from .. import budgets, calls, causes, events, kinds, queries
from ..document.values import LONGEST_SQL
from ..models import MOST_READINGS, Extract, Source
from ..naming import clean, table_name
from ..schedules import Schedule
from . import logbook, watching
from .tables import put_table

DEADLY = "Reading this stopped the server's worker several times, so it was left until its next time."
# Longer than it waits for its places, asks, and writes the table, each at its longest: nobody else asks meanwhile.
LEASE = timedelta(minutes=12)


@dataclass(frozen=True)
class Extraction:
    """The right to ask an extract's origin once, until its lease ends."""

    extract_id: UUID
    source_id: UUID
    place: calls.Database
    sql: str
    cause: str
    lease: datetime


def make_extract(*, name: str, origin: Source, sql: str, schedule: Schedule, by: Person) -> Source:
    """
    This function will keep what a query of a database gives as a new data source, asked for soon and then on its schedule.

    :raises Invalid: when the name or the query is blank, or the schedule none.
    :raises Refusal: when the origin is no database that is connected.
    """
    name, sql = clean(name, "A data source"), _checked(sql, schedule)
    if origin.kind not in kinds.DATABASES:
        raise Refusal(f"{origin.name} is a {origin.noun}: an extract is made of a database that is connected.")
    taken = set(Source.objects.values_list("table_name", flat=True))
    source = Source.objects.create(
        name=name, kind=kinds.EXTRACT, table_name=table_name(name, taken), created_by=organizations.person_of(by)
    )
    Extract.objects.create(source=source, origin=origin, sql=sql, **vars(schedule))
    announce(
        events.ExtractMade(
            source_id=source.public_id, name=name, origin=origin.name, schedule=schedule.words(_zone()), made_by=by.name
        ),
        about=source,
    )
    return source


def change_extract(*, source: Source, sql: str, schedule: Schedule, by: Person) -> Extract:
    """
    This function will give an extract another query or schedule, and have it asked for soon; what it has stays until then.

    :raises NotFound: when the source is no extract.
    :raises Invalid: when the query is blank, or the schedule none.
    """
    sql, row = _checked(sql, schedule), _locked(queries.extract(source).pk)
    if (row.sql, row.schedule) == (sql, schedule):
        return row
    row.sql, row.every_minutes, row.daily_at = sql, schedule.every_minutes, schedule.daily_at
    announce(
        events.ExtractChanged(
            source_id=source.public_id, name=source.name, schedule=schedule.words(_zone()), changed_by=by.name
        ),
        about=source,
    )
    return _soon(row, causes.EXTRACT)


def refresh_extract(*, source: Source, cause: str) -> Extract:
    """
    This function will have an extract asked for now, because a person or a program wants it; one that is being asked goes on.

    :raises NotFound: when the source is no extract.
    """
    row = _locked(queries.extract(source).pk)
    return row if row.is_running(clock.now()) else _soon(row, cause)


def begin_extract(*, extract_id: UUID) -> Extraction | None:
    """This function will take the right to ask for an extract, or return None when nobody needs or may do it now."""
    now, row = clock.now(), _locked(extract_id)
    if row is None or row.due_at > now or row.is_running(now):
        return None
    if row.attempts >= MOST_READINGS:
        row.cause = causes.EXTRACT
        _end(row, DEADLY)
        return None
    key = queries.key(row.origin_id, row.sql)
    if held := budgets.held(row.origin):
        row.due_at, row.leased_until, row.is_held = held.until, None, True
        row.save(update_fields=["due_at", "leased_until", "is_held"])
        logbook.log_extract(source_id=row.origin_id, key=key, cause=row.cause, error=held.sentence, is_held=True)
        hint(row.source.topic)
        return None
    row.attempts, row.began_at, row.is_held = row.attempts + 1, now, False
    row.running_until = row.leased_until = now + LEASE
    row.save(update_fields=["attempts", "began_at", "running_until", "leased_until", "is_held"])
    hint(row.source.topic)
    return Extraction(row.pk, row.source_id, queries.connected(row.origin), row.sql, row.cause, row.running_until)


def finish_extract(*, extraction: Extraction, converted: Converted, took_ms: int) -> None:
    """This function will put what an extract's query gave in place of what was there, and have everything asked again."""
    row = _current(extraction)
    if row is None:
        return
    _log(row, extraction, took_ms, rows=converted.rows)
    if _is_outdated(row, extraction):
        _soon(row, extraction.cause)
        return
    try:
        put_table(row.source, converted)
    except Refusal as refused:
        _end(row, refused.sentence)
        return
    row.source.warnings, row.source.read_at, row.took_ms = converted.warnings, clock.now(), took_ms
    _end(row, "")


def give_back_extract(*, extraction: Extraction) -> None:
    """This function will give back the right to ask for an extract, as if it had not been taken: the worker stops meanwhile."""
    row = _current(extraction)
    if row is None:
        return
    row.attempts, row.running_until, row.leased_until = row.attempts - 1, None, None
    row.save(update_fields=["attempts", "running_until", "leased_until"])
    hint(row.source.topic)


def fail_extract(*, extraction: Extraction, reason: str, took_ms: int) -> None:
    """This function will say why an extract could not be refreshed; what was there stays, and it waits for its next time."""
    row = _current(extraction)
    if row is None:
        return
    _log(row, extraction, took_ms, error=reason)
    if _is_outdated(row, extraction):
        _soon(row, extraction.cause)
    else:
        _end(row, reason)


def _checked(sql: str, schedule: Schedule) -> str:
    schedule.check()
    if not sql.strip():
        raise Invalid("Write the query whose answer is to be kept.")
    if len(sql) > LONGEST_SQL:
        raise Invalid(f"A query has at most {LONGEST_SQL:,} characters.")
    if "\0" in sql:
        raise Invalid("This text has a character that cannot be kept. Remove it.")
    return sql


def _soon(row: Extract, cause: str) -> Extract:
    """Have an extract asked for as soon as nobody asks any more; the clock looks every second."""
    now = clock.now()
    row.due_at, row.cause, row.attempts = now, cause, 0
    row.leased_until = row.running_until if row.is_running(now) else None
    row.save()
    hint(row.source.topic)
    return row


def _end(row: Extract, error: str) -> None:
    now, source = clock.now(), row.source
    row.due_at = row.schedule.after(row.began_at or now, now, _zone())
    row.cause, row.attempts, row.running_until, row.leased_until = causes.EXTRACT, 0, None, None
    row.save()
    before, source.error = source.state, error
    source.state = Source.State.FAILED if error else Source.State.READY
    source.save()
    if not error:
        watching.ask_again(source=source)
    hint(source.topic)
    hint("sources")
    named = {"source_id": source.public_id, "name": source.name}
    if error and before != Source.State.FAILED:
        announce(events.ExtractFailed(**named, reason=error), about=source)
    elif not error and before != Source.State.READY:
        announce(events.ExtractRead(**named, rows=source.rows), about=source)


def _log(row: Extract, extraction: Extraction, took_ms: int, *, rows: int = 0, error: str = "") -> None:
    key = queries.key(row.origin_id, extraction.sql)
    logbook.log_extract(
        source_id=row.origin_id, key=key, cause=extraction.cause, rows=rows, duration_ms=took_ms, error=error
    )
    row.running_until = row.leased_until = None


def _is_outdated(row: Extract, extraction: Extraction) -> bool:
    """Say whether what was asked is not what the extract is made of any more: its query, or its origin's connection, changed."""
    return (row.sql, queries.connected(row.origin)) != (extraction.sql, extraction.place)


def _current(extraction: Extraction) -> Extract | None:
    row = _locked(extraction.extract_id)
    return row if row and row.running_until == extraction.lease else None


def _locked(extract_id: UUID) -> Extract | None:
    rows = Extract.objects.select_related("origin__connection", "source__parquet").filter(pk=extract_id)
    return rows.select_for_update(of=("self", "source")).first()


def _zone() -> str:
    return organizations.organization().time_zone
