"""The queue run by hand: what the worker would do, in the test's own transaction."""

import json

from django.db import connection
from procrastinate.contrib.django import app


def run_jobs(*, limit: int = 100) -> list[str]:
    """Run queued jobs, and those that they queue, until none is left. Return their names in order."""
    ran: list[str] = []
    while (job := _next()) and len(ran) < limit:
        name, arguments = job
        app.tasks[name].func(**arguments)
        ran.append(name)
    return ran


def queued() -> list[str]:
    """Return the names of the jobs that wait, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def _next() -> tuple[str, dict] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs WHERE status = 'todo') "
            "RETURNING task_name, args"
        )
        row = cursor.fetchone()
    return (row[0], row[1] if isinstance(row[1], dict) else json.loads(row[1])) if row else None
