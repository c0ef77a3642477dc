from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from operant.platform.queue import looking
from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import actions
from .guarding import for_operators

NONE_FAILED = Empty("No job failed in the last two weeks.", "lucide--circle-check")
NONE_WAIT = Empty("Nothing waits.", "lucide--circle-check")
STATUSES = {
    "failed": (looking.FAILED, "Failed", NONE_FAILED),
    "waiting": (looking.WAITING, "Waiting", NONE_WAIT),
    "running": (looking.RUNNING, "Running", Empty("Nothing runs at this moment.", "lucide--circle-check")),
}


@for_operators
def jobs(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("status", "")
    status, label, empty = STATUSES.get(chosen, STATUSES["failed"])
    table = Table(
        looking.jobs(status), request, name="jobs", label=f"{label} jobs", search=["task_name", "queue_name"],
        search_label="Search by name or queue", default_sort="-at", empty=empty,
        columns=[
            Column("task_name", "Job", sort=True, cell=lambda job: cells.two_lines(job.task_name, f"Number {job.pk}")),
            Column("queue_name", "Queue", sort=True),
            Column("attempts", "Attempts", sort=True, align="end"),
            Column("at", "Due" if status == looking.WAITING else "Since", sort=True, align="end", phone=True),
            *([_acts(request)] if status == looking.FAILED else []),
        ],
    )  # fmt: skip
    return table.respond("operating/jobs.html", {"tabs": _tabs(request, status)})


@for_operators
def chores(request: HttpRequest) -> HttpResponse:
    table = Table(
        looking.rounds(), request, name="chores", label="Chores", search=["job"], search_label="Search chores",
        columns=[
            Column("job", "Chore", sort=True, cell=_chore),
            Column("interval", "Every", sort=True, cell=lambda each: _words(each.interval)),
            Column("last_at", "Last queued", sort=True, align="end", phone=True),
            Column("next_at", "Next", sort=True, align="end"),
        ],
    )  # fmt: skip
    return table.respond("operating/chores.html", {"tabs": _tabs(request, "")})


@for_operators
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    actions.retry(number=number, by=request.user)
    toasts.done(request, "The job is in the queue once more.")
    return redirect("operating_jobs")


@for_operators
@require_POST
def dismissal(request: HttpRequest, number: int) -> HttpResponse:
    actions.dismiss(number=number, by=request.user)
    toasts.done(request, "The job is thrown away. What it was for stays as it is.")
    return redirect("operating_jobs")


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    page = reverse("operating_jobs")
    numbers = {key: looking.jobs(status).count() for key, (status, _, _) in STATUSES.items()}
    made = [
        {"label": words, "url": f"{page}?status={key}", "count": numbers[key] or None, "current": current == status}
        for key, (status, words, _) in STATUSES.items()
    ]
    return [*made, {"label": "Chores", "url": reverse("operating_chores"), "count": None, "current": not current}]


def _acts(request: HttpRequest) -> Column:
    def cell(job: Any) -> str:
        return render_to_string("operating/_job_acts.html", {"job": job, "csrf_token": get_token(request)}, request)

    return Column("pk", "Act", align="end", cell=cell, phone=True, csv=False)


def _chore(each: looking.Round) -> str:
    return cells.two_lines(each.job, "In each organization") if each.in_each_organization else each.job


def _words(interval: timedelta) -> str:
    for unit, size in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if interval >= size:
            number = interval // size
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{interval.seconds} seconds"
