"""The worker: runs jobs, and the ticker that claims due rows once a second."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic
from uuid import UUID, uuid4

from django.conf import settings
from django.db import Error, connection, connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app, connector_params

from operant.platform import clock
from operant.platform.tenancy import audit

from . import jobs, progress, starts, stopping, upkeep, waits
from .models import Lease
from .prompt import PromptWorker

log = logging.getLogger("operant.worker")
TICK = 1.0
LEAD_FOR = timedelta(seconds=5)
LONG_AT_ONCE = 1
OUTSIDE_AT_ONCE = 4
SLOW_AT_ONCE = 2
CALLS_AT_ONCE = 8
# Threads for the clock, and for whatever libraries do beside jobs.
BESIDE = 3


def run_worker(*, concurrency: int = 4) -> None:
    """
    Run jobs and the clock until SIGTERM or SIGINT; running jobs get 10 seconds to end.

    :raises audit.NotIsolated: when the database does not keep organizations apart.
    """
    with connection.cursor() as cursor:
        audit.demand(cursor)
    connections.close_all()
    jobs.enter_worker()
    asyncio.run(_run(concurrency))


def connector() -> PsycopgConnector:
    """Return the worker's own way to the database: past a pooler, for it listens and would leave that behind."""
    return PsycopgConnector(kwargs={**connector_params(), **settings.DATABASE_DIRECT})


async def _run(concurrency: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    worker_app, me = app.with_connector(connector()), uuid4()
    await asyncio.to_thread(_noted, starts.begin, me)
    async with worker_app.open_async():
        ticker = asyncio.create_task(_tick(stop, me))
        sizes = {
            jobs.SHORT: concurrency, jobs.LONG: LONG_AT_ONCE, jobs.OUTSIDE: OUTSIDE_AT_ONCE, jobs.SLOW: SLOW_AT_ONCE,
            jobs.CALLS: CALLS_AT_ONCE,
        }  # fmt: skip
        # Python's own has a handful of threads on a small machine: jobs that wait for others would keep mails waiting.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(sum(sizes.values()) + BESIDE))
        workers = [_worker(worker_app, queue, at_once) for queue, at_once in sizes.items()]
        running = [asyncio.create_task(each.run()) for each in workers]
        told = asyncio.create_task(stop.wait())
        await asyncio.wait({*running, told, ticker}, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await asyncio.to_thread(_give_all_back)
        if told.done():
            await asyncio.to_thread(_noted, starts.end, me)
        for worker, run in zip(workers, running, strict=True):
            # A cancellation alone may be lost while one registers: Python 3.11 drops one that comes as a wait ends.
            worker.stop()
            run.cancel()
        ended = await asyncio.gather(*running, return_exceptions=True)
        await ticker
    for each in ended:
        if isinstance(each, Exception):
            raise each


def _give_all_back() -> None:
    try:
        stopping.give_all_back()
    finally:
        connections.close_all()


def _noted(note: Callable[[UUID], None], me: UUID) -> None:
    try:
        note(me)
    except Error:
        log.exception("It could not be noted that this worker begins, lives or ends.")
    finally:
        connections.close_all()


def _worker(worker_app: App, queue: str, concurrency: int) -> PromptWorker:
    worker_app.perform_import_paths()
    options = {
        "queues": [queue], "concurrency": concurrency, "install_signal_handlers": False, "fetch_job_polling_interval": 2,
        "delete_jobs": "successful", "shutdown_graceful_timeout": 10, "update_heartbeat_interval": 5,
        "task_middleware": [jobs.numbered],
    }  # fmt: skip
    return PromptWorker(worker_app, **{**worker_app.worker_defaults, **options})


async def _tick(stop: asyncio.Event, me: UUID) -> None:
    seen_at = 0.0
    while not stop.is_set():
        if monotonic() - seen_at >= starts.SEEN_EVERY.total_seconds():
            seen_at = monotonic()
            await asyncio.to_thread(_noted, starts.see, me)
        try:
            await asyncio.to_thread(_tick_once, me)
        except Exception:
            # The database may be restarting; the next tick finds out.
            log.exception("The clock could not claim what is due; trying again.")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), TICK)


def _tick_once(me: UUID) -> None:
    try:
        if Lease.taken(progress.CLOCK, me, clock.now() + LEAD_FOR):
            waits.sweep()
            upkeep.queue_due()
    finally:
        connections.close_all()
