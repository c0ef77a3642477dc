"""The queue run by hand: what the worker would do, in the test's own transaction."""

import json
from unittest.mock import patch

from django.db import connection
from procrastinate.contrib.django import app

from operant.platform import clock
from operant.platform.queue import upkeep, waits
from operant.platform.queue.models import Lease

from . import reception


def run_jobs(*, limit: int = 100) -> list[str]:
    """Run queued jobs, and those that they queue, until none is left. Return their names in order."""
    ran: list[str] = []
    while (job := _next()) and len(ran) < limit:
        name, arguments = job
        with reception.away():
            app.tasks[name].func(**arguments)
        ran.append(name)
    return ran


def run_chore(name: str) -> None:
    """Run one chore of the house as the clock would have it done now, in each organization if it is done there."""
    run_jobs()
    with patch.object(upkeep, "_CHORES", {name: upkeep._CHORES[name]}):
        Lease.objects.filter(name=f"every:{name}").delete()
        assert upkeep.queue_due() == [name]
    assert set(run_jobs()) == {name}


def claim(kind: str) -> int:
    """Let the clock hand on what is due of one kind of wait, and return how many rows that were."""
    return waits._sweep(waits._WAITS[kind], clock.now())


def queued() -> list[str]:
    """Return the names of the jobs that wait, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def arguments_of(name: str) -> list[dict]:
    """Return what the waiting jobs of one name would be called with, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s ORDER BY id", [name]
        )
        return [_read(row[0]) for row in cursor.fetchall()]


def _next() -> tuple[str, dict] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs WHERE status = 'todo') "
            "RETURNING task_name, args"
        )
        row = cursor.fetchone()
    return (row[0], _read(row[1])) if row else None


def _read(arguments: dict | str) -> dict:
    return arguments if isinstance(arguments, dict) else json.loads(arguments)
