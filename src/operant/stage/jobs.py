import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from prometheus_client import Counter

from operant.platform import queue, tenancy
from operant.platform.files import sandbox
from operant.platform.refusals import Refusal

from . import actions, breaking, calls, datasets, engine, kinds, queries, schemas, stepping, turns
from .models import Source

REFRESHED = Counter("operant_results_refreshed", "Results that a worker asked for anew.", ["outcome"])
# Longer than the longest reading: a file that is being read is not taken up again.
LISTING = sandbox.Limits(seconds=30)
# So long everything that reads a source is asked whether a newer file would do; whose time was not enough waits.
CHECKING_SECONDS, CHECKING_FETCHED_SECONDS = 30, 15
FOLDING = sandbox.FileLimits(rows=datasets.MOST_ROWS, seconds=20)
EXTRACTING = sandbox.FileLimits(rows=calls.EXTRACTED.rows, seconds=120)
READING_LEASE = timedelta(seconds=sandbox.FileLimits().seconds + 120)

queue.register_wait("source", job="stage.convert", lease_for=READING_LEASE)
queue.register_wait("result", job="stage.refresh")
queue.register_wait("extract", job="stage.extract", lease_for=actions.LEASE)
queue.register_wait("publication", job="stage.publish_planned")
queue.every(timedelta(hours=24), job="stage.forget_results", in_each_organization=True)
queue.every(timedelta(hours=24), job="stage.forget_readings", in_each_organization=True)
queue.every(timedelta(hours=24), job="stage.forget_runs", in_each_organization=True)
queue.every(timedelta(hours=24), job="stage.forget_pictures", in_each_organization=True)
queue.every(timedelta(hours=1), job="stage.forget_past", in_each_organization=True)


@queue.job("stage.convert", queue=queue.LONG)
def convert(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        with tenancy.organization_scope(UUID(organization_id)):
            reading = actions.begin_reading(source_id=UUID(each))
        if reading:
            with queue.given_back(_giving_back(UUID(organization_id), actions.give_back_reading, reading=reading)):
                _read(UUID(organization_id), reading)
        elif _fold(UUID(organization_id), UUID(each)):
            continue
        elif each not in queue.waiting("stage.test", organization_id=organization_id):
            # A test that was lost: nobody's file waits for somebody's database.
            queue.defer("stage.test", organization_id=organization_id, ids=[each])


# They come again by the lease of their row; a retry would hold up what waits behind it in the same lane.
@queue.job("stage.test", queue=queue.OUTSIDE, retry=False)
def test(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        _test(UUID(organization_id), UUID(each))


@queue.job("stage.fold", retry=False)
def fold(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        _fold(UUID(organization_id), UUID(each))


@queue.job("stage.fetch", queue=queue.OUTSIDE, retry=False)
def fetch(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        _test(UUID(organization_id), UUID(each), actions.begin_fetch)


@queue.job("stage.refresh")
def refresh(*, organization_id: str, ids: list[str]) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        outside = {str(each) for each in queries.asked_outside(map(UUID, ids))}
        # A database that is slower than its screens ask would otherwise gather jobs for as long as they do.
        fresh = outside - queue.waiting("stage.ask_outside", organization_id=organization_id) if outside else outside
        for each in (each for each in ids if each in fresh):
            queue.defer("stage.ask_outside", organization_id=organization_id, ids=[each])
    for each in ids:
        if each not in outside:
            _run(UUID(organization_id), UUID(each))


@queue.job("stage.ask_outside", queue=queue.OUTSIDE, retry=False)
def ask_outside(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        _run(UUID(organization_id), UUID(each))


@queue.job("stage.extract", queue=queue.SLOW, retry=False)
def extract(*, organization_id: str, ids: list[str]) -> None:
    # One of them: each may take minutes, so the others go to the end of the line, behind those of other organizations.
    try:
        _extract(UUID(organization_id), UUID(ids[0]))
    finally:
        if rest := sorted(set(ids[1:]) - queue.waiting("stage.extract", organization_id=organization_id)):
            queue.defer("stage.extract", organization_id=organization_id, ids=rest)


@queue.job("stage.publish_planned")
def publish_planned(*, organization_id: str, ids: list[str]) -> None:
    for each in ids:
        with tenancy.organization_scope(UUID(organization_id)):
            actions.publish_planned(plan_id=UUID(each))


@queue.job("stage.forget_results")
def forget_results(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        actions.forget_results()


@queue.job("stage.forget_readings")
def forget_readings(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        actions.forget_readings()


@queue.job("stage.forget_runs")
def forget_runs(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        actions.forget_runs()


@queue.job("stage.forget_pictures")
def forget_pictures(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        actions.forget_pictures()


@queue.job("stage.forget_past")
def forget_past(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        actions.forget_past()


def _giving_back(organization_id: UUID, action: Callable[..., None], **taken: Any) -> Callable[[], None]:
    def give_back() -> None:
        with tenancy.organization_scope(organization_id):
            action(**taken)

    return give_back


def _read(organization_id: UUID, reading: actions.Reading) -> None:
    with tempfile.TemporaryDirectory(prefix="operant-reading-") as folder:
        try:
            if reading.kind == kinds.UPLOADED_DATABASE:
                found = sandbox.list_database(reading.path, LISTING)
            else:
                to = Path(folder) / "data.parquet"
                found = sandbox.convert(reading.path, reading.kind, to=to, known=reading.known, **reading.choices)
            breaks = _breaks(organization_id, reading, found)
            with tenancy.organization_scope(organization_id):
                actions.finish_reading(reading=reading, found=found, breaks=breaks)
        except Refusal as error:
            with tenancy.organization_scope(organization_id):
                sheets = error.sheets if isinstance(error, sandbox.NoSuchSheet) else ()
                actions.reject_file(reading=reading, reason=error.sentence, sheets=sheets)


def _breaks(
    organization_id: UUID, reading: actions.Reading, found: sandbox.Converted | sandbox.Listed
) -> breaking.Found:
    with tenancy.organization_scope(organization_id):
        source = actions.may_break(reading=reading, found=found)
        if source is None:
            return breaking.NOTHING
        asked, before, change = breaking.readings(source), queries.place(source), _change(source, found)
    turns.give_connection_back()
    if isinstance(found, sandbox.Listed):
        after: engine.Place = engine.DatabaseFile(reading.path)
    else:
        after = engine.FileTable(source.table_name, found.parquet_path)
    return breaking.breaks(asked, before, after, CHECKING_SECONDS, change)


def _change(source: Source, found: sandbox.Converted | sandbox.Listed) -> schemas.Difference:
    columns = [vars(each) for each in found.columns] if isinstance(found, sandbox.Converted) else []
    listing = found.tables if isinstance(found, sandbox.Listed) else []
    return schemas.difference(schemas.types(source.columns, source.listing), schemas.types(columns, listing))


def _fold(organization_id: UUID, source_id: UUID) -> bool:
    with tenancy.organization_scope(organization_id):
        folding = actions.begin_folding(source_id=source_id)
    if folding is None:
        return False
    with tempfile.TemporaryDirectory(prefix="operant-folding-") as folder:
        since, to = Path(folder) / "rows.ndjson", Path(folder) / "table.parquet"
        since.write_text("\n".join(folding.content), encoding="utf-8")
        given = since if folding.content else None
        try:
            converted = sandbox.gather(folding.columns, before=folding.before, since=given, to=to, limits=FOLDING)
            with tenancy.organization_scope(organization_id):
                actions.finish_folding(folding=folding, converted=converted)
        except Refusal as error:
            with tenancy.organization_scope(organization_id):
                actions.reject_rows(folding=folding, reason=error.sentence)
    return True


def _run(organization_id: UUID, result_id: UUID) -> None:
    with tenancy.organization_scope(organization_id):
        run = actions.begin_run(result_id=result_id)
    if run:
        turns.give_connection_back()
        outcome = engine.Outcome(error=run.trouble) if run.trouble else _answered(organization_id, run)
        with tenancy.organization_scope(organization_id):
            actions.finish_run(run=run, outcome=outcome)
        REFRESHED.labels("failed" if outcome.error else "succeeded").inc()


def _answered(organization_id: UUID, run: actions.Run) -> engine.Outcome:
    place = run.place
    for _ in range(3):
        try:
            return engine.outcome(place, run.sql, run.parameters)
        except engine.Replaced:
            with tenancy.organization_scope(organization_id):
                place = queries.place_of_result(run.result_id)
            turns.give_connection_back()
    return engine.Outcome(error="New data came faster than it could be read. It is tried again.")


def _extract(organization_id: UUID, extract_id: UUID) -> None:
    with tenancy.organization_scope(organization_id):
        extraction = actions.begin_extract(extract_id=extract_id)
    if extraction:
        with queue.given_back(_giving_back(organization_id, actions.give_back_extract, extraction=extraction)):
            _pour(organization_id, extraction)


def _pour(organization_id: UUID, extraction: actions.Extraction) -> None:
    turns.give_connection_back()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="operant-extracting-") as folder:
        rows, to = Path(folder) / "rows.ndjson", Path(folder) / "table.parquet"
        try:
            poured = calls.extract(extraction.place, extraction.sql, rows)
            took_ms = _since(started)
            converted = sandbox.tabulate(rows, poured.columns, to=to, limits=EXTRACTING)
            converted = replace(converted, warnings=poured.warnings)
            with tenancy.organization_scope(organization_id):
                actions.finish_extract(extraction=extraction, converted=converted, took_ms=took_ms)
        except Refusal as refused:
            reason = refused.sentence
        except Exception:
            engine.log.exception("An extract could not be made.")
            reason = engine.OUR_FAULT
        else:
            return
    with tenancy.organization_scope(organization_id):
        actions.fail_extract(extraction=extraction, reason=reason, took_ms=_since(started))


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


def _test(organization_id: UUID, source_id: UUID, begin: Callable[..., actions.Test | None] = actions.begin_test) -> None:
    with tenancy.organization_scope(organization_id):
        test = begin(source_id=source_id)
    if test is None:
        return

    def told(report: stepping.Report) -> None:
        with tenancy.organization_scope(organization_id):
            actions.note_progress(test=test, report=report)
        turns.give_connection_back()

    turns.give_connection_back()
    with tempfile.TemporaryDirectory(prefix="operant-reading-") as folder:
        report = kinds.probe(test.place, told, Path(folder), test.columns, test.pins, test.known)
        breaks = _fetched_breaks(organization_id, test, report)
        with tenancy.organization_scope(organization_id):
            actions.finish_test(test=test, report=report, breaks=breaks)


def _fetched_breaks(organization_id: UUID, test: actions.Test, report: stepping.Report) -> breaking.Found:
    if report.fetched is None:
        return breaking.NOTHING
    with tenancy.organization_scope(organization_id):
        source = actions.may_break_fetched(test=test, report=report)
        if source is None:
            return breaking.NOTHING
        asked, before, change = breaking.readings(source), queries.place(source), _change(source, report.fetched)
    turns.give_connection_back()
    after = engine.FileTable(source.table_name, report.fetched.parquet_path)
    return breaking.breaks(asked, before, after, CHECKING_FETCHED_SECONDS, change)
