from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from operant.platform.observing import errors
from operant.platform.observing.models import Failure
from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Filter, Table

from .. import actions
from .guarding import for_whoever_sits_here

EMPTY = Empty("Nothing has failed.", "lucide--circle-check")


@for_whoever_sits_here()
def failures(request: HttpRequest) -> HttpResponse:
    solved = request.GET.get("state") == "solved"
    table = Table(
        errors.latest(solved=solved), request, name="errors", label="Errors", search=["kind", "message", "place"],
        search_label="Search errors", default_sort="-last_at", empty=EMPTY,
        filters=[Filter("state", "State", [("solved", "Solved")], any_label="Open", apply=lambda rows, value: rows)],
        columns=[
            Column("kind", "Error", sort=True, cell=_headline),
            Column("place", "Place", cell=lambda each: format_html('<span class="wrap-anywhere">{}</span>', each.place)),
            Column("count", "Times", sort=True, align="end"),
            Column("last_at", "Last seen", sort=True, align="end", phone=True),
        ],
    )  # fmt: skip
    return table.respond("operating/failures.html")


@for_whoever_sits_here()
def failure(request: HttpRequest, failure: UUID) -> HttpResponse:
    found = errors.failure(failure)
    if found is None:
        raise Http404
    return render(request, "operating/failure.html", {"failure": found})


@for_whoever_sits_here()
@require_POST
def solution(request: HttpRequest, failure: UUID) -> HttpResponse:
    actions.solve(failure_id=failure, by=request.user if request.user.is_authenticated else None)
    toasts.done(request, "Marked as solved. Should it happen again, it is open again.")
    return redirect("failures")


def _headline(failure: Failure) -> str:
    return cells.link(reverse("failure", args=[failure.pk]), failure.kind, under=failure.message)
