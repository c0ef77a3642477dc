"""The operator's own pages: what failed in this installation, grouped and counted."""

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

from .operator import for_operators, tabs

EMPTY = Empty("Nothing has failed.", "lucide--circle-check")


@for_operators
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
    return table.respond("organizations/failures.html", {"tabs": tabs("failures")})


@for_operators
def failure(request: HttpRequest, failure: UUID) -> HttpResponse:
    return render(request, "organizations/failure.html", {"failure": _found(failure)})


@for_operators
@require_POST
def solution(request: HttpRequest, failure: UUID) -> HttpResponse:
    _found(failure)
    errors.solve(failure)
    toasts.done(request, "Marked as solved. Should it happen again, it is open again.")
    return redirect("failures")


def _headline(failure: Failure) -> str:
    return cells.link(reverse("failure", args=[failure.pk]), failure.kind, under=failure.message)


def _found(identity: UUID) -> Failure:
    found = errors.failure(identity)
    if found is None:
        raise Http404
    return found
