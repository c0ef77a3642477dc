import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from prometheus_client import Counter

from operant.platform import queue, tenancy
from operant.platform.files import sandbox
from operant.platform.refusals import Refusal

from . import actions, engine

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


@queue.job("stage.refresh")
def refresh(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        with tenancy.organization_scope(UUID(organization_id)):
            run = actions.begin_run(result_id=UUID(each))
        if run:
            outcome = engine.outcome(run.table, run.parquet, run.sql)
            with tenancy.organization_scope(UUID(organization_id)):
                actions.finish_run(run=run, outcome=outcome)
            REFRESHED.labels("failed" if outcome.error else "succeeded").inc()


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
