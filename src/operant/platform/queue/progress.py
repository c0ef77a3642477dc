"""
Whether the work itself goes on: what is overdue, and a mark that changes as soon as something of it is done.

A beat says that a process lives, and nothing of what it gets done. Names and numbers only, of no organization in particular.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from operant.platform import clock

from .jobs import SHORT

CLOCK = "clock"
# What the clock does each second, and what a short job may take while every place is taken.
CLOCK_WAITS, JOBS_WAIT = timedelta(seconds=60), timedelta(minutes=5)
# The first job that could be run now: one behind another with its lock waits for that one, and not for the worker.
FIRST_JOB = """
    SELECT j.id, extract(epoch FROM now() - greatest(j.scheduled_at,
        (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type IN ('deferred', 'deferred_for_retry'))))
      FROM procrastinate_jobs j
     WHERE j.status = 'todo' AND j.queue_name = %s AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
       AND NOT EXISTS (SELECT FROM procrastinate_jobs o WHERE o.lock = j.lock
           AND (o.status = 'doing' OR o.status = 'todo' AND (o.priority > j.priority OR o.priority = j.priority AND o.id < j.id)))
     ORDER BY j.priority DESC, j.id LIMIT 1"""
LAST_STARTED = """
    SELECT max(e.id) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'started'
     WHERE j.status = 'doing' AND j.queue_name = %s"""


@dataclass(frozen=True)
class Line:
    """
    One kind of work: how long the first of it is overdue, the mark of the last that was done, and how many are `left`.

    `patience` is how long it may stand where it is before nobody works on it any more. Where many are due at the same moment,
    the mark stays until the last of them is done, and fewer are left all the same.
    """

    name: str
    overdue_for: timedelta
    mark: object
    patience: timedelta
    left: int = 0


def lines() -> list[Line]:
    """Return all work that nobody else keeps waiting: the clock, what it claims, and short jobs."""
    return [*_clock(), *_waits(), *_jobs()]


def _clock() -> Iterator[Line]:
    from .models import Lease  # the package is imported before models are ready

    until: datetime | None = Lease.objects.filter(name=CLOCK).values_list("until", flat=True).first()
    if until is not None:
        yield Line(CLOCK, max(clock.now() - until, timedelta()), until, CLOCK_WAITS)


def _waits() -> Iterator[Line]:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, waiting, seconds FROM app.due_waits(%s)", [now])
        for kind, waiting, seconds in cursor.fetchall():
            overdue_for = timedelta(seconds=float(seconds))
            yield Line(kind, overdue_for, now - overdue_for, CLOCK_WAITS, waiting)


def _jobs() -> Iterator[Line]:
    with connection.cursor() as cursor:
        cursor.execute(FIRST_JOB, [SHORT])
        first, seconds = cursor.fetchone() or (None, 0)
        cursor.execute(LAST_STARTED, [SHORT])
        started = cursor.fetchone()[0]
    yield Line("jobs", timedelta(seconds=max(0.0, float(seconds or 0))), (first, started), JOBS_WAIT)
