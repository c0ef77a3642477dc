"""The pages of the render log."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.refusals import Invalid
from operant.platform.ui import cells as looks
from operant.platform.ui import exports
from operant.platform.ui.tables import Column, Empty, Table

from .. import phrasing, rules
from ..queries import fleet, rendering, targets
from ..queries.rendering import Period, Run
from ..queries.targets import Target
from . import cells

NONE = "Nothing was heard of it in this time."
HEAD = ["Screen", "Dashboard", "Version", "From", "Until", "Seconds", "Heartbeats", "Errors"]


class PeriodForm(forms.Form):
    """Which days are meant."""

    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def period(self, zone: ZoneInfo) -> Period:
        """Return the time from the beginning of the first day to the end of the last."""
        first, last = (self.cleaned_data[name] for name in ("first", "last"))
        return Period.read(_midnight(first, zone), _midnight(last + timedelta(days=1), zone))


class ExportForm(PeriodForm):
    """Whose render log, and of which days."""

    of = forms.ChoiceField(label="Screens")

    field_order = ("of", "first", "last")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["of"].choices = targets.choices()


@require_safe
@requires(rules.see_screens)
def screen_renderings(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found, slug, zone = fleet.screen(screen_id), request.organization.slug, ZoneInfo(request.organization.time_zone)
    form = PeriodForm(request.GET if "first" in request.GET else _week(zone))
    period = _period(form, zone)
    runs = rendering.runs(found, period) if period else []
    table = Table(
        runs, request, name="renderings", label="What it painted", columns=_columns(slug), empty=Empty(NONE, "lucide--film"),
    )  # fmt: skip
    context = {"screen": found, "form": form, "is_cut": len(runs) >= rendering.MOST_RUNS, "most": rendering.MOST_RUNS}
    response = table.respond("relay/renderings.html", {**context, "tabs": cells.screen_tabs(slug, found, "screen_renderings")})
    response.status_code = response.status_code if period else 422
    return response


@require_safe
@requires(rules.see_screens)
def renderings(request: HttpRequest) -> HttpResponse:
    zone = ZoneInfo(request.organization.time_zone)
    form = ExportForm(request.GET) if "first" in request.GET else ExportForm(initial={"of": "all", **_week(zone)})
    period = _period(form, zone) if form.is_bound else None
    if period:
        meant = targets.screens_of(Target.read(form.cleaned_data["of"])).order_by("name", "pk")
        return exports.download(f"renderings-{period.since:%Y-%m-%d}", HEAD, map(_line, rendering.of_all(list(meant), period)))
    context = {"form": form, "tabs": cells.tabs(request.organization.slug, "renderings"), "most": f"{rendering.MOST_LINES:,}"}
    return render(request, "relay/render_log.html", context, status=422 if form.is_bound else 200)


def _period(form: PeriodForm, zone: ZoneInfo) -> Period | None:
    if not form.is_valid():
        return None
    try:
        return form.period(zone)
    except Invalid as refusal:
        form.add_error("last", refusal.sentence)
        return None


def _week(zone: ZoneInfo) -> dict[str, date]:
    today = clock.now().astimezone(zone).date()
    return {"first": today - timedelta(days=6), "last": today}


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), zone)


def _columns(slug: str) -> list[Column]:
    return [
        Column("dashboard", "Dashboard", cell=partial(_dashboard, slug)),
        Column("number", "Version", value=lambda each: f"v{each.number}" if each.number else ""),
        Column("began_at", "From"),
        Column("ended_at", "Until"),
        Column("lasted", "For", value=lambda each: phrasing.lasting(int(each.lasted.total_seconds())), align="end"),
        Column("heartbeats", "Heartbeats", align="end", phone=False),
        Column("errors", "Errors", align="end", cell=lambda each: each.errors or looks.NOTHING),
    ]


def _dashboard(slug: str, run: Run) -> Any:
    if run.dashboard_id is None:
        return looks.quiet("Nothing")
    return looks.link(reverse("dashboard", args=[slug, run.dashboard_id]), run.dashboard)


def _line(run: Run) -> list[Any]:
    seconds = int(run.lasted.total_seconds())
    return [run.screen, run.dashboard, run.number, run.began_at, run.ended_at, seconds, run.heartbeats, run.errors]
