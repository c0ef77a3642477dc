import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest

from operant.platform import clock, queue, tenancy
from operant.platform.live import hint

from .. import budgets, causes, engine, queries
from ..engine import Outcome, Place
from ..models import WATCHED_FOR, Result, Source
from . import alerting, logbook, remembering

RUN_LEASE = timedelta(seconds=45)


@dataclass(frozen=True)
class Run:
    """The right to ask upstream once, until its lease ends. `trouble` is why there is nothing newer to ask."""

    result_id: UUID
    place: Place
    sql: str
    parameters: list[dict[str, Any]]
    due_at: datetime
    lease: datetime
    cause: str
    trouble: str = ""


def begin_run(*, result_id: UUID) -> Run | None:
    """
    This function will take the right to refresh one result, or return None when nobody needs or may do it now.

    An address whose rows are too old is fetched first; its results are asked for again when that has ended.
    """
    now = clock.now()
    rows = _asking_the_same(result_id)
    row = next((each for each in rows if each.pk == result_id), None)
    if row is None or row.due_at is None or row.due_at > now:
        return None
    # What differs from it in its steps only gets its answer from the same run.
    if any(each.running_until and each.running_until > now for each in rows):
        return None
    is_watched = row.is_watched(now)
    is_stale = is_watched and row.source.is_stale(now)
    if is_stale:
        _fetch(row.source)
    if is_stale or not is_watched or not row.source.has_data:
        _rest(row, now)
        return None
    if held := budgets.held(row.source):
        for each in rows:
            if each.is_watched(now):
                _hold(each, held)
        logbook.log_held(row=row, held=held)
        return None
    lease = now + RUN_LEASE
    Result.objects.filter(pk=row.pk).update(running_until=lease, runs=F("runs") + 1)
    trouble = row.source.error if row.source.is_fetched and row.source.state == row.source.State.FAILED else ""
    return Run(row.pk, queries.place(row.source), row.sql, row.parameters, row.due_at, lease, row.cause, trouble)


def finish_run(*, run: Run, outcome: Outcome) -> None:
    """This function will keep what a run found, and let alerts judge it; after a failure the last good rows stay."""
    rows = _asking_the_same(run.result_id)
    mine = next((each for each in rows if each.pk == run.result_id and each.running_until == run.lease), None)
    if mine is None:
        return
    now = clock.now()
    for row in rows:
        if row is mine or row.is_watched(now):
            is_answered = row.due_at == run.due_at if row is mine else _is_answered(row, run)
            _keep(row, engine.stepped(outcome, row.steps), now, is_answered=is_answered)
    logbook.log_run(row=mine, keys=[each.key for each in rows], cause=run.cause, outcome=outcome)


def _hold(row: Result, held: budgets.Held) -> None:
    """Say on a result why there is no newer answer, and ask again when there is room."""
    alerting.judge(row=row, outcome=Outcome(error=held.sentence))
    row.state, row.error, row.is_held = Result.State.FAILED, held.sentence, True
    row.due_at, row.leased_until, row.seq = held.until, None, row.seq + 1
    row.save(update_fields=["state", "error", "is_held", "alerts", "due_at", "leased_until", "seq"])
    hint(f"data:{row.key}")


def _asking_the_same(result_id: UUID) -> list[Result]:
    """Return a result, and those that ask the same of the same source, locked in one order."""
    asked = Result.objects.filter(pk=result_id).values("source_id", "sql", "parameters").first()
    if asked is None:
        return []
    rows = Result.objects.select_related("source__parquet", "source__connection").filter(**asked)
    return list(rows.select_for_update(of=("self",)).order_by("key"))


def _is_answered(row: Result, run: Run) -> bool:
    """Say whether a run gave what else was asked for: all but what came up while it was under way."""
    is_new = row.cause in {causes.DATA, causes.PERSON, causes.PROGRAM}
    return not is_new or row.due_at is None or row.due_at <= run.lease - RUN_LEASE


def _keep(row: Result, outcome: Outcome, now: datetime, *, is_answered: bool) -> None:
    alerting.judge(row=row, outcome=outcome)
    row.error, row.state = outcome.error, Result.State.FAILED if outcome.error else Result.State.OK
    row.is_held = False
    if not outcome.error:
        row.computed_at, row.duration_ms = now, outcome.duration_ms
        row.columns, row.truncated = outcome.columns, outcome.truncated
        row.rows_json = json.dumps(outcome.rows, ensure_ascii=False, separators=(",", ":"))
        remembering.remember(row=row, rows=outcome.rows, at=now)
    # Whoever asked for another run while this one was under way still gets it.
    if is_answered:
        row.due_at, row.cause = row.due_after(now), causes.SCHEDULE
    row.seq, row.leased_until, row.running_until = row.seq + 1, None, None
    row.save()
    hint(f"data:{row.key}")


def ask_now(*, result: Result, cause: str) -> None:
    """This function will have a result asked for at once, because a person or a program wants to see it."""
    now = clock.now()
    Result.objects.filter(pk=result.pk).update(
        due_at=now, cause=cause, leased_until=None, watched_until=Greatest("watched_until", now + WATCHED_FOR)
    )
    queue.defer("stage.refresh", organization_id=tenancy.current_organization_id(), ids=[result.pk])


def _fetch(source: Source) -> None:
    organization_id = tenancy.current_organization_id()
    if str(source.pk) not in queue.waiting("stage.fetch", organization_id=organization_id):
        queue.defer("stage.fetch", organization_id=organization_id, ids=[source.pk])


def _rest(row: Result, now: datetime) -> None:
    before = row.state, row.alerts
    if row.source.state == row.source.State.FAILED and not row.source.has_data:
        error = f"The {row.source.noun} of “{row.source.name}” could not be read, so there is no data yet."
        alerting.judge(row=row, outcome=Outcome(error=error))
        if row.state == Result.State.WAITING:
            row.state, row.error = Result.State.FAILED, error
    if before != (row.state, row.alerts):
        row.seq += 1
        hint(f"data:{row.key}")
    # Nobody looks, who would have it asked again: what an alert watches comes due by itself.
    row.due_at, row.leased_until = row.due_after(now) if row.is_alerted else None, None
    row.cause = causes.SCHEDULE
    row.save(update_fields=["state", "error", "alerts", "seq", "due_at", "cause", "leased_until"])
