"""What is in the queue, for the people who run the house: names and numbers of jobs, never what they are about."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from operant.platform import clock

from .upkeep import chores

WAITING, RUNNING, FAILED = "todo", "doing", "failed"


@dataclass(frozen=True)
class Round:
    """A chore, how often it is queued, and when it was last and will be next."""

    job: str
    interval: timedelta
    in_each_organization: bool
    last_at: datetime | None
    next_at: datetime | None


def jobs(status: str) -> QuerySet[ProcrastinateJob]:
    """Return the jobs of one status, each with `at`: when that came about."""
    newest = ProcrastinateEvent.objects.filter(job=OuterRef("pk")).order_by("-at").values("at")[:1]
    found = ProcrastinateJob.objects.filter(status=status).defer("args")
    # What was put off waits for its time, not since it was put off.
    return found.annotate(at=Coalesce("scheduled_at", Subquery(newest)) if status == WAITING else Subquery(newest))


def rounds() -> list[Round]:
    """Return every chore of the house, by name."""
    from .models import Lease  # the package is imported before models are ready

    known = chores()
    until = dict(Lease.objects.filter(name__in=[f"every:{each.job}" for each in known]).values_list("name", "until"))
    return [
        Round(each.job, each.interval, each.in_each_organization, at and at - each.interval, at)
        for each in known
        for at in [until.get(f"every:{each.job}")]
    ]


def retry(number: int) -> str | None:
    """Queue a failed job once more, and return its name; None when it is not there or did not fail. Needs a transaction."""
    failed = _failed(number)
    if failed is not None:
        app.job_manager.retry_job_by_id(number, retry_at=clock.now())
    return failed and failed.task_name


def dismiss(number: int) -> str | None:
    """Throw a failed job away, and return its name; None when it is not there or did not fail. Needs a transaction."""
    failed = _failed(number)
    if failed is not None:
        ProcrastinateJob.objects.filter(pk=number).delete()
    return failed and failed.task_name


def _failed(number: int) -> ProcrastinateJob | None:
    return ProcrastinateJob.objects.select_for_update(of=("self",)).filter(pk=number, status=FAILED).first()
