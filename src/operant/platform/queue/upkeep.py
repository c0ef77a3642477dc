"""Upkeep: what has to be done again and again so that nothing grows for ever. Rooms register theirs in jobs.py."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from operant.platform import clock

from .jobs import defer, defer_each


@dataclass(frozen=True)
class Chore:
    """A job that is queued once in every interval, in the whole house or in each organization."""

    job: str
    interval: timedelta
    in_each_organization: bool


_CHORES: dict[str, Chore] = {}


def every(interval: timedelta, *, job: str, in_each_organization: bool = False) -> None:
    """
    Let the clock queue `job` once in every interval; in each organization it is called with `organization_id`.

    A lost job is made up for by the next one.
    """
    _CHORES[job] = Chore(job, interval, in_each_organization)


def chores() -> list[Chore]:
    """Return every chore, by name."""
    return sorted(_CHORES.values(), key=lambda each: each.job)


def queue_due() -> list[str]:
    """Queue every chore whose interval is over, and return their names. Two clocks at once queue each one once."""
    from .models import Lease  # the package is imported before models are ready

    names = {f"every:{name}": chore for name, chore in _CHORES.items()}
    resting = set(Lease.objects.filter(name__in=names, until__gte=clock.now()).values_list("name", flat=True))
    return [chore.job for name, chore in names.items() if name not in resting and _queued(name, chore)]


def _queued(name: str, chore: Chore) -> bool:
    from .models import Lease

    with transaction.atomic():
        # Always another holder: whoever did it last has to wait like everybody else.
        if not Lease.taken(name, uuid4(), clock.now() + chore.interval):
            return False
        if not chore.in_each_organization:
            defer(chore.job)
            return True
        # The clock waits for this, and there may be thousands.
        defer_each(chore.job, ({"organization_id": each} for each in organizations()))
    return True


def organizations() -> list[UUID]:
    """Return the ids of all organizations, for what is done in each of them. Needs no scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM app.organizations()")
        return [row[0] for row in cursor.fetchall()]
