"""The ground floor's own chores: jobs that are over, jobs whose worker died, and counters that ran out."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import connection
from procrastinate import sql
from procrastinate.contrib.django import app

from operant.platform import clock, retention

from .jobs import RETRY, job
from .upkeep import every

log = logging.getLogger("operant.jobs")
KEPT = retention.keep(
    "jobs", "Jobs that are over: their names, ids and times", kept=timedelta(days=14), since="after they ended",
    chore="queue.forget_jobs",
)  # fmt: skip
retention.keep(
    "counters", "Counters of attempts, under hashed keys", kept=None, since="until the time they count for is over",
    chore="queue.forget_counters",
)  # fmt: skip
SILENT_SECONDS = 30
OVER = ["succeeded", "failed", "cancelled", "aborted"]

every(timedelta(minutes=1), job="queue.revive")
every(timedelta(hours=6), job="queue.forget_jobs")
every(timedelta(hours=6), job="queue.forget_counters")


@job("queue.revive")
def revive() -> None:
    # A job of the clock would come again by its lease; a reaction would not, and its lock holds up all that follow.
    stalled = _connector().execute_query_all(
        sql.queries["select_stalled_jobs_by_heartbeat"],
        queue=None, task_name=None, seconds_since_heartbeat=SILENT_SECONDS,
    )  # fmt: skip
    for row in stalled:
        # What has outlived so many workers may be what kills them.
        if row["attempts"] < RETRY.max_attempts:
            app.job_manager.retry_job_by_id(row["id"], retry_at=clock.now())
        else:
            log.error("A job was given up, because every worker that ran it died: %s", row["task_name"])
            _connector().execute_query(
                sql.queries["finish_job"], job_id=row["id"], status="failed", delete_job=False
            )


@job("queue.forget_jobs")
def forget_jobs() -> None:
    _connector().execute_query(sql.queries["delete_old_jobs"], nb_hours=KEPT.kept // timedelta(hours=1), queue=None, statuses=OVER)


@job("queue.forget_counters")
def forget_counters() -> None:
    # Django removes what ran out only when the table is full.
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [clock.now()])  # noqa: S608 - our own setting


def _connector():
    return app.connector.get_sync_connector()
