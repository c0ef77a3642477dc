"""Waits: rows with a due time. The clock claims what is due and hands it on in batches."""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction

from operant.platform import clock

from .jobs import defer

log = logging.getLogger("operant.worker")
BATCH = 500


@dataclass(frozen=True)
class Wait:
    """One kind of waiting row and the job that handles those that are due."""

    kind: str
    job: str
    lease_for: timedelta
    most: int | None


_WAITS: dict[str, Wait] = {}


def register_wait(
    kind: str, *, job: str, lease_for: timedelta = timedelta(seconds=60), most: int | None = None
) -> None:
    """
    Let the clock hand due rows of `kind` to `job`, called with `organization_id` and at most 500 `ids`.

    The table joins with the migration operation `Wait`. A row whose job is lost is claimed again after `lease_for`. `most`
    are claimed in a second, 500 unless told: more where one organization may have very many due at once, so that they
    wait in its own lane of the queue and not before those of others.
    """
    _WAITS[kind] = Wait(kind, job, lease_for, most)


def sweep() -> int:
    """Claim everything due now, hand it to jobs and return how many rows that were."""
    return sum(_attempted(wait, clock.now()) for wait in list(_WAITS.values()))


def _attempted(wait: Wait, at: datetime) -> int:
    try:
        return _sweep(wait, at)
    except OperationalError:
        raise
    except Exception:
        # One kind that cannot be claimed must not stop the clock of all others.
        log.exception("What is due of the kind %s could not be claimed.", wait.kind)
        return 0


def _sweep(wait: Wait, at: datetime) -> int:
    claimed: dict[UUID, list[UUID]] = defaultdict(list)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM app.claim_{wait.kind}(%s, %s, %s)", [at, wait.lease_for, wait.most or BATCH])
        for organization_id, row_id in cursor.fetchall():
            claimed[organization_id].append(row_id)
        for organization_id, ids in claimed.items():
            for begin in range(0, len(ids), BATCH):
                defer(wait.job, organization_id=organization_id, ids=ids[begin : begin + BATCH])
    return sum(map(len, claimed.values()))
