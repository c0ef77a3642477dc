from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Count, Sum

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock, queue, tenancy
from operant.platform.events import announce
from operant.platform.files.sandbox import Column, Converted
from operant.platform.live import hint
from operant.platform.refusals import Invalid, NotFound, Refusal, TooMany

from .. import datasets, events
from ..models import MOST_READINGS, Push, Source
from ..naming import clean, table_name
from . import source_versions, watching
from .tables import put_table

DEADLY = "Putting rows into this dataset stopped the server's worker several times, so they were left out."
# So many wait at most, and so many are put into the table at once: each may have 3 MB.
MOST_WAITING, AT_ONCE = 100, 20
# The queue brings them at once; should it lose the job, the clock does after this. Who is at work has so long.
_LOST_AFTER, _LEASE = timedelta(seconds=60), timedelta(seconds=90)


@dataclass(frozen=True)
class Folding:
    """
    One attempt at putting what was pushed into a dataset's table, the file `of`; `before` is where it is, unless all was replaced.
    """

    source_id: UUID
    columns: list[Column]
    before: Path | None
    content: list[str]
    last: int
    attempt: int
    of: UUID | None
    replaces: bool = False


def declare(*, name: str, columns: Sequence[tuple[str, str]], by: Person) -> Source:
    """
    This function will make an empty dataset that programs push rows into.

    :raises Invalid: when the name is blank, or a table cannot have these columns.
    """
    name, found = clean(name, "A data source"), datasets.declared(columns)
    taken = set(Source.objects.values_list("table_name", flat=True))
    source = Source.objects.create(
        name=name, kind=datasets.KIND, table_name=table_name(name, taken), columns=found,
        created_by=organizations.person_of(by),
    )
    announce(
        events.DatasetDeclared(source_id=source.public_id, name=name, columns=len(found), declared_by=by.name), about=source
    )
    # Without rows it is a table, too, and can be asked.
    return _take(source, replaces=True, rows=[])


def push(*, source: Source, rows: Sequence[datasets.Row], replaces: bool) -> int:
    """
    This function will add rows to a dataset, or put them in place of all that are there, and return how many it took.

    :raises NotFound: when the source is no dataset.
    :raises InvalidRows: when a row does not fit; then none is taken.
    :raises TooMany: when more wait already than can be put into the table.
    """
    source = _dataset(source.pk, source.name)
    if len(rows) > datasets.MOST_AT_ONCE:
        raise Invalid(f"At most {datasets.MOST_AT_ONCE:,} rows are taken at once. Send them in parts.")
    if not replaces:
        _look_for_room(source, len(rows))
    _take(source, replaces=replaces, rows=rows)
    return len(rows)


def begin_folding(*, source_id: UUID) -> Folding | None:
    """This function will take up what was pushed into a dataset, or return None when nothing was."""
    source = _locked(source_id)
    waiting = list(source.pushes.order_by("number")[:AT_ONCE]) if source and source.is_pushed else []
    if source is None or not waiting or source.is_at_work(clock.now()):
        return None
    source.readings += 1
    source.due_at, source.leased_until = clock.now() + _LEASE, None
    source.save(update_fields=["readings", "due_at", "leased_until"])
    if source.readings > MOST_READINGS:
        _leave_out(source, waiting[-1].number, DEADLY)
        return None
    since = max((place for place, each in enumerate(waiting) if each.replaces), default=None)
    before = source.parquet.path if source.parquet and since is None else None
    content = [each.content for each in waiting[since or 0 :] if each.content]
    columns = [Column(**each) for each in source.columns]
    return Folding(source.pk, columns, before, content, waiting[-1].number, source.readings, source.parquet_id, since is not None)


def finish_folding(*, folding: Folding, converted: Converted) -> None:
    """
    This function will put a dataset's new table in place of the one before, and have everything asked again.

    Rows that others replaced are kept as an earlier version; those that were added to are not. Where another version was put to use
    meanwhile, nothing is done: the rows wait, and are put into that one.

    :raises Invalid: when it is over the quota.
    """
    source = _locked(folding.source_id)
    if source is None or (source.readings, source.parquet_id) != (folding.attempt, folding.of):
        return
    put = source_versions.put_replacement if folding.replaces else put_table
    put(source, converted)
    source.read_at = clock.now()
    _settle(source, folding.last, "")
    source_versions.trim(source)


def reject_rows(*, folding: Folding, reason: str) -> None:
    """This function will say why rows could not be put into a dataset; they are left out, and what was there stays."""
    source = _locked(folding.source_id)
    if source is not None and source.readings == folding.attempt:
        _leave_out(source, folding.last, reason)


def _look_for_room(source: Source, more: int) -> None:
    waiting = source.pushes.aggregate(rows=Sum("rows"), count=Count("pk"))
    if waiting["count"] >= MOST_WAITING:
        raise TooMany("More was pushed than can be put into the table at the moment. Send more rows at once.", retry_after=5)
    if source.rows + (waiting["rows"] or 0) + more > datasets.MOST_ROWS:
        raise Refusal(f"A dataset holds at most {datasets.MOST_ROWS:,} rows. Replace them with those that are still wanted.")


def _take(source: Source, *, replaces: bool, rows: Sequence[datasets.Row]) -> Source:
    content = datasets.written(source.columns, rows)
    if replaces:
        source.pushes.all().delete()
    source.pushed += 1
    Push.objects.create(source=source, number=source.pushed, replaces=replaces, rows=len(rows), content=content)
    if not source.is_at_work(clock.now()):
        source.due_at, source.leased_until = clock.now() + _LOST_AFTER, None
        _put_in_line(source)
    source.save(update_fields=["pushed", "due_at", "leased_until"])
    return source


def _put_in_line(source: Source) -> None:
    organization_id = tenancy.current_organization_id()
    if str(source.pk) not in queue.waiting("stage.fold", organization_id=organization_id):
        queue.defer("stage.fold", organization_id=organization_id, ids=[source.pk])


def _leave_out(source: Source, last: int, reason: str) -> None:
    _settle(source, last, reason)
    announce(events.SourceRejected(source_id=source.public_id, name=source.name, reason=reason), about=source)


def _settle(source: Source, last: int, error: str) -> None:
    source.pushes.filter(number__lte=last).delete()
    source.state, source.error = (Source.State.FAILED if error else Source.State.READY), error
    if error and source.has_data:
        # What is there can be asked as before; why something is missing stands beside it.
        source.state = Source.State.READY
    more = source.pushes.exists()
    source.readings, source.leased_until = 0, None
    source.due_at = clock.now() + _LOST_AFTER if more else None
    source.save()
    watching.ask_again(source=source)
    hint(source.topic)
    hint("sources")
    if more:
        _put_in_line(source)


def _dataset(source_id: UUID, name: str) -> Source:
    source = _locked(source_id)
    if source is None or not source.is_pushed:
        raise NotFound(f"{name} is no dataset, so nothing can be pushed into it.")
    return source


def _locked(source_id: UUID) -> Source | None:
    return Source.objects.select_related("parquet").filter(pk=source_id).select_for_update(of=("self",)).first()
