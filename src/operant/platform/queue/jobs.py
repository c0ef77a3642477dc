import logging
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from itertools import islice
from time import perf_counter
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db import connection, connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from prometheus_client import Histogram

from operant.platform import trail

log = logging.getLogger("operant.jobs")
RAN = Histogram(
    "operant_job_seconds", "How long jobs ran.", ["job", "outcome"], buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 120, 600)
)
REQUEST = "_request"
"""The argument in which a job is told the id of the request that it follows from."""
RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
SHORT, LONG, OUTSIDE, SLOW, CALLS = "default", "long", "outside", "slow", "calls"
AT_ONCE = 1_000
# Of the worker's places for other people's machines one organization has no more than these.
LANES = {OUTSIDE: 2, SLOW: 1, CALLS: 2}
_in_worker = False


def job(
    name: str, *, retry: RetryStrategy | bool = RETRY, queue: str = SHORT
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """
    Make a function a job under `name`. It takes ids as keywords and opens its own scope.

    What may take minutes belongs into the queue `LONG`, what waits for somebody else's machine into `OUTSIDE`, or into
    `SLOW` where that takes minutes, and what waits a few seconds for many of them at once into `CALLS`, so that mails and
    the clock never wait for any of them. A job in `OUTSIDE`, `SLOW` or `CALLS` takes `organization_id` and `ids`.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def run(**ids: Any) -> None:
            request = {"request_id": ids.pop(REQUEST)} if REQUEST in ids else {}
            with trail.begin(job=name, **request):
                try:
                    _watched(name, function, ids)
                finally:
                    if _in_worker:
                        connections.close_all()

        app.task(name=name, retry=retry, queue=queue)(run)
        return function

    return register


def defer(name: str, *, lock: str | None = None, **ids: Any) -> None:
    """
    Queue a job on this connection: it starts after this transaction commits and never if it rolls back.

    Jobs with the same `lock` run one after the other, in order; of those in `OUTSIDE`, and of those
    in `CALLS`, one organization has two at once, and one of those in `SLOW`.
    """
    app.configure_task(name, lock=lock or _lane(name, ids)).defer(**_carried(ids))


def waiting(name: str, *, organization_id: UUID | str) -> set[str]:
    """Return the ids of an organization that jobs of this name are still to be called with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT jsonb_array_elements_text(args->'ids') FROM procrastinate_jobs "
            "WHERE status = 'todo' AND task_name = %s AND args->>'organization_id' = %s",
            [name, str(organization_id)],
        )
        return {each for (each,) in cursor.fetchall()}


def defer_each(name: str, calls: Iterable[Mapping[str, Any]]) -> None:
    """Queue a job once for each of many sets of arguments, a thousand in one statement."""
    waiting = iter(calls)
    while batch := list(islice(waiting, AT_ONCE)):
        app.configure_task(name).batch_defer(*map(_carried, batch))


def _lane(name: str, ids: Mapping[str, Any]) -> str | None:
    """Return the lock of a job that waits for others: it waits for it in the queue, where it takes nobody's place."""
    task = app.tasks.get(name)
    if task is None or task.queue not in LANES:
        return None
    number = crc32(repr(_plain(ids["ids"])).encode()) % LANES[task.queue]
    return f"{task.queue}:{ids['organization_id']}:{number}"


def _carried(ids: Mapping[str, Any]) -> dict[str, Any]:
    request = {REQUEST: trail.request_id()} if trail.request_id() else {}
    return {key: _plain(value) for key, value in ids.items()} | request


def enter_worker() -> None:
    """Say that this process is the worker: each job then gives its connection back."""
    global _in_worker
    _in_worker = True


def numbered(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Tell a job its number: procrastinate's middleware around each one."""
    with trail.begin(job_id=context.job.id):
        return call_next()


def _watched(name: str, function: Callable[..., None], ids: dict[str, Any]) -> None:
    begun, outcome = perf_counter(), "failed"
    try:
        function(**ids)
        outcome = "succeeded"
    except Exception:
        log.exception("A job failed.")
        raise
    finally:
        took = perf_counter() - begun
        RAN.labels(name, outcome).observe(took)
        log.info("job", extra={"outcome": outcome, "duration_ms": round(took * 1000, 1)})


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
