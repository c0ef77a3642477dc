from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.ui import cells as looks
from operant.platform.ui.tables import Column, Empty, Table

from .. import rules
from ..models import Screen
from ..queries import fleet, moments
from ..queries.moments import Moments
from . import cells
from .schedules import MomentForm, wall


@require_safe
@requires(rules.see_screens)
def showings(request: HttpRequest) -> HttpResponse:
    slug, zone, now = request.organization.slug, ZoneInfo(request.organization.time_zone), clock.now()
    form = MomentForm(request.GET) if "at" in request.GET else MomentForm(initial={"at": wall(now, zone)})
    at = form.cleaned_data["at"].replace(tzinfo=zone) if form.is_bound and form.is_valid() else now
    known = moments.moments(at)
    table = Table(
        fleet.screens(), request, name="showings", label="What shows at this time", search=["name"],
        search_label="Search by name", default_sort="name",
        columns=[
            Column("name", "Screen", sort=True, cell=partial(_name, slug)),
            Column("shows", "Shows", value=lambda each: known.of(each).shows, cell=partial(_shown, known)),
            Column("why", "Why", value=lambda each: known.of(each).because, cell=lambda each: looks.quiet(_why(known.of(each)))),
            Column("until", "Until at least", value=lambda each: _until(known, each), align="end"),
        ],
        empty=Empty("No screen is paired yet.", "lucide--tv"),
    )  # fmt: skip
    context = {"form": form, "zone": zone.key, "at": wall(at, zone), "tabs": cells.tabs(slug, "showings")}
    response = table.respond("relay/showings.html", context)
    response.status_code = 422 if form.is_bound and form.errors else response.status_code
    return response


def _name(slug: str, each: Screen) -> Any:
    return looks.link(reverse("screen_week", args=[slug, each.pk]), each.name, under=each.time_zone)


def _shown(known: Moments, each: Screen) -> Any:
    found = known.of(each)
    return looks.two_lines(found.shows, f"{found.dashboard} has its turn") if found.dashboard else found.shows


def _why(found: moments.Moment) -> str:
    return found.because[:1].upper() + found.because[1:]


def _until(known: Moments, each: Screen) -> str:
    found = known.of(each)
    return f"{wall(found.until, found.zone):%-d %b, %H:%M}"
