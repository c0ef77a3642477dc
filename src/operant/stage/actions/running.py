import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from operant.platform import clock
from operant.platform.live import hint

from .. import queries
from ..engine import Outcome, Place
from ..models import Result

RUN_LEASE = timedelta(seconds=45)


@dataclass(frozen=True)
class Run:
    """The right to ask upstream once, until its lease ends."""

    result_id: UUID
    place: Place
    sql: str
    due_at: datetime
    lease: datetime


def begin_run(*, result_id: UUID) -> Run | None:
    """This function will take the right to refresh one result, or return None when nobody needs or may do it now."""
    now = clock.now()
    rows = Result.objects.select_related("source__parquet", "source__connection").filter(pk=result_id)
    row = rows.select_for_update(of=("self",)).first()
    if row is None or row.due_at is None or row.due_at > now or (row.running_until and row.running_until > now):
        return None
    if row.watched_until <= now or not row.source.has_data:
        _rest(row)
        return None
    lease = now + RUN_LEASE
    Result.objects.filter(pk=row.pk).update(running_until=lease, runs=F("runs") + 1)
    return Run(row.pk, queries.place(row.source), row.sql, row.due_at, lease)


def finish_run(*, run: Run, outcome: Outcome) -> None:
    """This function will keep what a run found; after a failure the last good rows stay."""
    row = Result.objects.select_for_update().filter(pk=run.result_id, running_until=run.lease).first()
    if row is None:
        return
    now = clock.now()
    row.error, row.state = outcome.error, Result.State.FAILED if outcome.error else Result.State.OK
    if not outcome.error:
        row.computed_at, row.duration_ms = now, outcome.duration_ms
        row.columns, row.truncated = outcome.columns, outcome.truncated
        row.rows_json = json.dumps(outcome.rows, ensure_ascii=False, separators=(",", ":"))
    # Whoever asked for another run while this one was under way still gets it.
    row.due_at = row.due_after(now) if row.due_at == run.due_at else row.due_at
    row.seq, row.leased_until, row.running_until = row.seq + 1, None, None
    row.save()
    hint(f"data:{row.key}")


def _rest(row: Result) -> None:
    has_no_data = row.source.state == row.source.State.FAILED and not row.source.has_data
    if has_no_data and row.state == Result.State.WAITING:
        row.state, row.seq = Result.State.FAILED, row.seq + 1
        what = "database" if row.source.is_database else "file"
        row.error = f"The {what} of “{row.source.name}” could not be read, so there is no data yet."
        hint(f"data:{row.key}")
    row.due_at = row.leased_until = None
    row.save(update_fields=["state", "error", "seq", "due_at", "leased_until"])
