import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from prometheus_client import Counter

from operant.platform import queue, tenancy
from operant.platform.files import sandbox
from operant.platform.refusals import Refusal

from . import actions, engine, postgres, queries, turns

REFRESHED = Counter("operant_results_refreshed", "Results that a worker asked for anew.", ["outcome"])
# Longer than the longest reading: a file that is being read is not taken up again.
READING_LEASE = timedelta(seconds=sandbox.FileLimits().seconds + 60)

queue.register_wait("source", job="stage.convert", lease_for=READING_LEASE)
queue.register_wait("result", job="stage.refresh")
queue.every(timedelta(hours=24), job="stage.forget_results", in_each_organization=True)


@queue.job("stage.convert", queue=queue.LONG)
def convert(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        with tenancy.organization_scope(UUID(organization_id)):
            reading = actions.begin_reading(source_id=UUID(each))
        if reading:
            _read(UUID(organization_id), reading)
        elif each not in queue.waiting("stage.test", organization_id=organization_id):
            # A test that was lost: nobody's file waits for somebody's database.
            queue.defer("stage.test", organization_id=organization_id, ids=[each])


# Both come again by the lease of their row; a retry would hold up what waits behind it in the same lane.
@queue.job("stage.test", queue=queue.OUTSIDE, retry=False)
def test(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        _test(UUID(organization_id), UUID(each))


@queue.job("stage.refresh")
def refresh(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        outside = {str(each) for each in queries.asked_outside(map(UUID, ids))}
        # A database that is slower than its screens ask would otherwise gather jobs for as long as they do.
        for each in sorted(outside - queue.waiting("stage.ask_outside", organization_id=organization_id)):
            queue.defer("stage.ask_outside", organization_id=organization_id, ids=[each])
    for each in ids:
        if each not in outside:
            _run(UUID(organization_id), UUID(each))


@queue.job("stage.ask_outside", queue=queue.OUTSIDE, retry=False)
def ask_outside(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        _run(UUID(organization_id), UUID(each))


@queue.job("stage.forget_results")
def forget_results(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        actions.forget_results()


def _read(organization_id: UUID, reading: actions.Reading) -> None:
    with tempfile.TemporaryDirectory(prefix="operant-reading-") as folder:
        try:
            converted = sandbox.convert(reading.path, reading.kind, to=Path(folder) / "data.parquet")
            with tenancy.organization_scope(organization_id):
                actions.finish_reading(reading=reading, converted=converted)
        except Refusal as error:
            with tenancy.organization_scope(organization_id):
                actions.reject_file(reading=reading, reason=error.sentence)


def _run(organization_id: UUID, result_id: UUID) -> None:
    with tenancy.organization_scope(organization_id):
        run = actions.begin_run(result_id=result_id)
    if run:
        turns.give_connection_back()
        outcome = engine.outcome(run.place, run.sql)
        with tenancy.organization_scope(organization_id):
            actions.finish_run(run=run, outcome=outcome)
        REFRESHED.labels("failed" if outcome.error else "succeeded").inc()


def _test(organization_id: UUID, source_id: UUID) -> None:
    with tenancy.organization_scope(organization_id):
        test = actions.begin_test(source_id=source_id)
    if test is None:
        return

    def told(report: postgres.Report) -> None:
        with tenancy.organization_scope(organization_id):
            actions.note_progress(test=test, report=report)
        turns.give_connection_back()

    turns.give_connection_back()
    report = postgres.probe(test.database, told)
    with tenancy.organization_scope(organization_id):
        actions.finish_test(test=test, report=report)
