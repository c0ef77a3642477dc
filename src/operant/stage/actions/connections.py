from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock, queue, tenancy
from operant.platform.events import announce
from operant.platform.live import hint
from operant.platform.refusals import Invalid

from .. import events, queries
from ..models import MOST_READINGS, Connection, Source
from ..naming import clean, table_name
from ..postgres import Database, Report
from . import watching

KIND = "postgresql"
DEADLY = "Testing this database stopped the server's worker several times, so it was given up."
# The queue brings a test at once; should it lose the job, the clock brings it after this.
_LOST_AFTER = timedelta(seconds=60)
# Where a password is sent, and how well it is guarded on the way.
_GUARDED = ("host", "port", "user", "tls", "authority")


class PasswordNeeded(Invalid):
    """The password that is kept was given for another place."""


@dataclass(frozen=True)
class Test:
    """One test of a source's database."""

    source_id: UUID
    database: Database
    attempt: int


def connect(*, name: str, database: Database, by: Person) -> Source:
    """
    This function will keep a database as a new data source and have it tested soon.

    :raises Invalid: when the name is blank.
    """
    name = clean(name, "A data source")
    taken = set(Source.objects.values_list("table_name", flat=True))
    connection = Connection(password=database.password)
    _put(connection, database)
    source = Source.objects.create(
        name=name, kind=KIND, table_name=table_name(name, taken), connection=connection,
        created_by=organizations.person_of(by),
    )
    announce(
        events.SourceConnected(
            source_id=source.public_id, name=name, database=str(connection), connected_by=by.name
        ),
        about=source,
    )
    return _soon(source)


def with_password(*, source: Source, database: Database) -> Database:
    """
    This function will return a changed database with the password that is kept, if none was given.

    :raises PasswordNeeded: when the password would be sent elsewhere than it was given for, or less guarded.
    """
    if database.password:
        return database
    kept = queries.database(source)
    if any(getattr(database, each) != getattr(kept, each) for each in _GUARDED):
        raise PasswordNeeded("Enter the password again: it is kept for the host, port, user and TLS it was given for.")
    return replace(database, password=kept.password)


def change_connection(*, source: Source, database: Database, by: Person) -> Source:
    """
    This function will reach a source's database in another way from now on, and have it tested soon.

    :raises PasswordNeeded: when the password would be sent elsewhere than it was given for, or less guarded.
    """
    database = with_password(source=source, database=database)
    connection = source.connection
    connection.password = database.password
    _put(connection, database)
    announce(
        events.SourceReconnected(
            source_id=source.public_id, name=source.name, database=str(connection), changed_by=by.name
        ),
        about=source,
    )
    return _soon(source)


def ask_for_test(*, source: Source) -> Source:
    """This function will have a source's database tested, and its tables read again, soon."""
    queries.database(source)
    hint(source.topic)
    return _soon(source)


def begin_test(*, source_id: UUID) -> Test | None:
    """This function will take up the test of a source's database, or return None when there is nothing to test."""
    source = _locked(source_id)
    if source is None or source.due_at is None or source.connection is None:
        return None
    source.readings += 1
    source.save(update_fields=["readings"])
    if source.readings > MOST_READINGS:
        _end(source, DEADLY)
        return None
    return Test(source.pk, queries.database(source), source.readings)


def note_progress(*, test: Test, report: Report) -> None:
    """This function will show how far a test has come."""
    source = _current(test)
    if source is not None:
        source.connection.steps = report.as_dict()["steps"]
        source.connection.save(update_fields=["steps"])
        hint(source.topic)


def finish_test(*, test: Test, report: Report) -> None:
    """This function will keep what a test found; tables that were read before stay when it failed."""
    source = _current(test)
    if source is None:
        return
    connection, failure = source.connection, report.failure
    connection.steps, connection.tested_at = report.as_dict()["steps"], clock.now()
    if failure is None:
        connection.tables, connection.grants, connection.server = report.tables, report.grants, report.server[:40]
        source.warnings, source.read_at = report.warnings, clock.now()
    connection.save()
    _end(source, f"{failure.sentence} {failure.advice}".strip() if failure else "")


def _put(connection: Connection, database: Database) -> None:
    connection.host, connection.port, connection.schema = database.host, database.port, database.schema
    connection.database, connection.username = database.name, database.user
    connection.tls, connection.authority = database.tls, database.authority
    connection.save()


def _soon(source: Source) -> Source:
    Connection.objects.filter(pk=source.connection_id).update(steps=[])
    source.state, source.error, source.readings = Source.State.CONVERTING, "", 0
    source.due_at, source.leased_until = clock.now() + _LOST_AFTER, None
    source.save(update_fields=["state", "error", "readings", "due_at", "leased_until"])
    queue.defer("stage.test", organization_id=tenancy.current_organization_id(), ids=[source.pk])
    return source


def _end(source: Source, error: str) -> None:
    source.state, source.error = (Source.State.FAILED if error else Source.State.READY), error
    source.readings, source.due_at, source.leased_until = 0, None, None
    source.save()
    watching.ask_again(source=source)
    named = {"source_id": source.public_id, "name": source.name}
    if error:
        announce(events.SourceUnreached(**named, reason=error), about=source)
    else:
        announce(events.SourceReached(**named, tables=len(source.connection.tables)), about=source)


def _current(test: Test) -> Source | None:
    """Return the source if it still waits for this test: a change of its connection overtakes an older one."""
    source = _locked(test.source_id)
    if source is None or source.due_at is None or source.readings != test.attempt or source.connection is None:
        return None
    return source if queries.database(source) == test.database else None


def _locked(source_id: UUID) -> Source | None:
    return Source.objects.select_related("connection").filter(pk=source_id).select_for_update(of=("self",)).first()
