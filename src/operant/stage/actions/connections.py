from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.files.sandbox import Column
from operant.platform.live import hint
from operant.platform.refusals import Invalid, Refusal

from .. import events, queries, schemas
from ..breaking import NOTHING, Found
from ..kinds import KINDS, Connected, kind_of
from ..models import HELD_BACK, MOST_READINGS, Connection, Source
from ..naming import clean, table_name
from ..stepping import Report
from . import source_versions, watching
from .soon import LOST_AFTER, test_soon
from .tables import put_table

WAITS, TROUBLED_AGAIN_AFTER = "waits", timedelta(hours=1)
DEADLY = "Testing this stopped the server's worker several times, so it was given up."
DATABASE_AGAIN = "Enter the password again: it is kept for the host, port, user and TLS it was given for."
FEED_AGAIN = "Enter the header's value again: it is kept for the host, port and header it was given for."


class PasswordNeeded(Invalid):
    """The password that is kept was given for another place."""


@dataclass(frozen=True)
class Test:
    """
    One test of a source's connection; `columns` are those of its table before, of which `number` is the version, and `pins` the
    types that people gave them; `known` are those that were found before, by name.
    """

    source_id: UUID
    place: Connected
    attempt: int
    number: int
    columns: list[Column]
    pins: dict[str, str]
    known: dict[str, str]


def connect(*, name: str, place: Connected, by: Person) -> Source:
    """
    This function will keep a database or an address as a new data source and have it tested soon.

    :raises Invalid: when the name is blank.
    """
    name = clean(name, "A data source")
    taken = set(Source.objects.values_list("table_name", flat=True))
    connection = _put(Connection(), place)
    source = Source.objects.create(
        name=name, kind=kind_of(place), table_name=table_name(name, taken), connection=connection,
        created_by=organizations.person_of(by),
    )
    announce(
        events.SourceConnected(
            source_id=source.public_id, name=name, database=str(connection), connected_by=by.name
        ),
        about=source,
    )
    return test_soon(source)


def with_password(*, source: Source, place: Connected) -> Connected:
    """
    This function will return a changed place with the password that is kept, if none was given.

    :raises PasswordNeeded: when the password would be sent elsewhere than it was given for, or less guarded.
    """
    if place.password or not place.needs_password:
        return place
    kept, guarded = queries.connected(source), KINDS[source.kind].guarded
    if kept.password and guarded(place) != guarded(kept):
        raise PasswordNeeded(FEED_AGAIN if source.is_fetched else DATABASE_AGAIN)
    return replace(place, password=kept.password)


def change_connection(*, source: Source, place: Connected, by: Person) -> Source:
    """
    This function will reach a source's database or address in another way from now on, and have it tested soon.

    :raises PasswordNeeded: when the password would be sent elsewhere than it was given for, or less guarded.
    """
    connection = _put(source.connection, with_password(source=source, place=place))
    announce(
        events.SourceReconnected(
            source_id=source.public_id, name=source.name, database=str(connection), changed_by=by.name
        ),
        about=source,
    )
    return test_soon(source)


def ask_for_test(*, source: Source) -> Source:
    """This function will have a source's connection tested, and its tables or rows read again, soon."""
    queries.connected(source)
    hint(source.topic)
    return test_soon(source)


def begin_test(*, source_id: UUID) -> Test | None:
    """This function will take up the test of a source's connection, or return None when there is nothing to test."""
    source = _locked(source_id)
    if source is None or source.due_at is None or source.connection is None:
        return None
    return _begun(source)


def begin_fetch(*, source_id: UUID) -> Test | None:
    """This function will take up the fetching of an address for whoever watches, or return None when it is fresh."""
    source = _locked(source_id)
    if source is None or not source.is_stale(clock.now()):
        return None
    source.due_at, source.leased_until = clock.now() + LOST_AFTER, None
    return _begun(source)


def note_progress(*, test: Test, report: Report) -> None:
    """This function will show how far a test has come."""
    source = _current(test)
    if source is not None and source.state == Source.State.CONVERTING:
        source.connection.steps = report.listed()
        source.connection.save(update_fields=["steps"])
        hint(source.topic)


def may_break_fetched(*, test: Test, report: Report) -> Source | None:
    """This function will return the source if queries may not work with what was fetched: its columns changed."""
    source = _current(test)
    return source if source is not None and _may_break(source, report) else None


def finish_test(*, test: Test, report: Report, breaks: Found = NOTHING) -> None:
    """
    This function will keep what a test found; what was read before stays when it failed.

    It stays, too, where something that is shown `breaks` with what was fetched, or not everything could be asked: that waits for
    somebody to decide.
    """
    source = _current(test)
    if source is None:
        return
    connection, failure = source.connection, report.failure
    connection.steps, connection.tested_at = report.listed(), clock.now()
    error = f"{failure.sentence} {failure.advice}".strip() if failure else ""
    if not error and breaks.holds_back and _may_break(source, report):
        _hold_back(source, report, breaks)
        return
    if not error:
        connection.tables, connection.grants, connection.server = report.tables, report.grants, report.server[:40]
        error = _kept(source, report)
    connection.save(update_fields=["steps", "tested_at", "tables", "grants", "server"])
    _end(source, error)


def _put(connection: Connection, place: Connected) -> Connection:
    for name, value in KINDS[kind_of(place)].kept(place).items():
        setattr(connection, name, value)
    connection.password = place.password
    connection.save()
    return connection


def _may_break(source: Source, report: Report) -> bool:
    if report.fetched is None or not source.has_data:
        return False
    after = schemas.types([vars(each) for each in report.fetched.columns])
    return schemas.difference(schemas.types(source.columns), after).may_break


def _hold_back(source: Source, report: Report, breaks: Found) -> None:
    # Somebody asked, and nothing waited yet: whoever has it tested again was told what waits.
    must_tell = source.state == Source.State.CONVERTING and not source.kept.filter(is_waiting=True).exists()
    # Also where there is no room for what came: it was asked, and is not due before its time.
    source.connection.save(update_fields=["steps", "tested_at"])
    try:
        with transaction.atomic():
            made = source_versions.hold_back(source, report.fetched, is_unsure=not breaks.breaks)
    except Refusal as refused:
        _end(source, refused.sentence)
        return
    source.state, source.error = Source.State.FAILED, f"{HELD_BACK}: {breaks.why}."
    source.readings, source.due_at, source.leased_until = 0, None, None
    source.save()
    watching.ask_again(source=source)
    hint(source.topic)
    if _is_news(source, WAITS, must_tell=must_tell):
        announce(
            events.SourceVersionWaits(source_id=source.public_id, name=source.name, number=made.number, why=breaks.why),
            about=source,
        )


def _begun(source: Source) -> Test | None:
    source.readings += 1
    source.save(update_fields=["readings", "due_at", "leased_until"])
    if source.readings > MOST_READINGS:
        _end(source, DEADLY)
        return None
    columns = [Column(**each) for each in source.columns]
    return Test(source.pk, queries.connected(source), source.readings, source.number, columns, source.pins, source.known_types)


def _kept(source: Source, report: Report) -> str:
    """Keep what was read; return why that was not possible, or nothing."""
    try:
        if report.fetched:
            put_table(source, report.fetched)
            source_versions.forget_waiting(source)
            source.read_with = source.choices
    except Refusal as refused:
        return refused.sentence
    source.warnings, source.read_at = report.warnings, clock.now()
    return ""


def _end(source: Source, error: str) -> None:
    before, source.error = source.state, error
    source.state = Source.State.FAILED if error else Source.State.READY
    source.readings, source.due_at, source.leased_until = 0, None, None
    source.save()
    watching.ask_again(source=source)
    hint(source.topic)
    # Fetched again for whoever watches, an address is mostly as before; somebody who asked for a test is answered.
    if not _is_news(source, source.state, must_tell=before == Source.State.CONVERTING):
        return
    named = {"source_id": source.public_id, "name": source.name}
    if error:
        announce(events.SourceUnreached(**named, reason=error), about=source)
    else:
        announce(events.SourceReached(**named, tables=len(source.tables)), about=source)


def _is_news(source: Source, found: str, *, must_tell: bool) -> bool:
    """
    Note what people are to be told of a source, and return whether they are.

    One that fails every other time is told of once an hour: with its trouble, and with the end of that.
    """
    connection, now, is_well = source.connection, clock.now(), found == Source.State.READY
    if not must_tell:
        rests = connection.troubled_at is not None and now - connection.troubled_at < TROUBLED_AGAIN_AFTER
        if found == (connection.told or Source.State.READY) or (rests and not is_well):
            return False
    connection.told, connection.troubled_at = found, connection.troubled_at if is_well else now
    connection.save(update_fields=["told", "troubled_at"])
    return True


def _current(test: Test) -> Source | None:
    """Return the source if it still waits for this test: another connection, version or type overtakes an older one."""
    source = _locked(test.source_id)
    if source is None or source.due_at is None or source.connection is None:
        return None
    now = queries.connected(source), source.readings, source.number, source.pins
    return source if now == (test.place, test.attempt, test.number, test.pins) else None


def _locked(source_id: UUID) -> Source | None:
    rows = Source.objects.select_related("connection", "parquet").filter(pk=source_id)
    return rows.select_for_update(of=("self",)).first()
