from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.refusals import NotFound
from operant.platform.ui import cells as looks
from operant.platform.ui import toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import phrasing, rules
from ..actions import schedules as actions
from ..actions.schedules import Wish
from ..models import Rule, Schedule
from ..queries import fleet, moments, playing, programs, weeks
from . import cells
from .forms import DashboardField, NameForm, content, content_id, zones


def days_field() -> forms.TypedMultipleChoiceField:
    """Return a choice of days of the week, all of them at first."""
    return forms.TypedMultipleChoiceField(
        label="Days", coerce=int, choices=list(enumerate(phrasing.DAYS)), widget=forms.CheckboxSelectMultiple,
        initial=list(range(7)),
    )  # fmt: skip


def clock_field(label: str, help_text: str = "") -> forms.TimeField:
    """Return a time of a clock on the wall, midnight at first."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, initial=time(0), widget=widget, help_text=help_text)


class ScheduleForm(forms.Form):
    """What a schedule is called, and whose clock it goes by."""

    name = forms.CharField(max_length=120)
    time_zone = forms.ChoiceField(label="Time zone", required=False)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zones(f"Each screen's own, usually {zone}")


class RuleForm(forms.Form):
    """When something else is shown, and what."""

    name = forms.CharField(max_length=120, help_text="What people read as the reason: “Lunch”, “Christmas”.")
    shows = DashboardField(label="It shows", nothing=("", "Nothing: the screen stays dark"))
    days = days_field()
    starts_at = clock_field("From")
    ends_at = clock_field("To", "Before or at the time it begins: on the next day. 00:00 to 00:00 is all day.")
    first_on = forms.DateField(
        label="Only from", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="An exception, as a holiday is: with dates it goes before rules of every week.",
    )  # fmt: skip
    last_on = forms.DateField(
        label="Only until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="This day counts too. Empty: the one day above.",
    )  # fmt: skip
    priority = forms.TypedChoiceField(
        coerce=int, choices=Rule.Priority.choices, initial=Rule.Priority.NORMAL,
        help_text="The higher wins. Of two alike the one with dates, then the shorter, then the one made later.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shows"].load(with_playlists=True)

    def clean(self) -> None:
        said = self.cleaned_data
        said["last_on"] = said.get("last_on") or said.get("first_on")
        if said["last_on"] and not said.get("first_on"):
            self.add_error("first_on", "Say from which day on, or leave both empty.")
        elif said["last_on"] and said["last_on"] < said["first_on"]:
            self.add_error("last_on", "It ends before it begins.")

    def wish(self, rule_id: UUID | None = None) -> Wish:
        """Return the rule that it says."""
        said = {key: value for key, value in self.cleaned_data.items() if key not in {"shows", "days"}}
        mask = sum(1 << day for day in self.cleaned_data["days"])
        return Wish(**said, **content(self.cleaned_data["shows"]), days=mask, id=rule_id)


class MomentForm(forms.Form):
    """A time of a clock on the wall."""

    at = forms.DateTimeField(
        label="What shows at", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see_screens)
def schedules(request: HttpRequest) -> HttpResponse:
    return _making(request) if request.method == "POST" else _list(request, NameForm())


@require_safe
@requires(rules.see_screens)
def schedule(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    return _page(request, playing.schedule(schedule_id))


@require_POST
@requires(rules.arrange)
def settings(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    found = playing.schedule(schedule_id, locked=True)
    form = ScheduleForm(request.POST, zone=request.organization.time_zone)
    if not form.is_valid():
        return _page(request, found, form=form)
    actions.change_schedule(schedule=found, by=request.user, **form.cleaned_data)
    return _back(request, found, f"{found.name} is saved.")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.arrange)
def new_rule(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    found = playing.schedule(schedule_id, locked=request.method == "POST")
    form = RuleForm(request.POST or None)
    if not form.is_valid():
        return _rule_page(request, found, form, None)
    actions.change_schedule(schedule=found, rules=[*actions.wishes(found), form.wish()], by=request.user)
    return _back(request, found, f"{form.cleaned_data['name']} holds from now on.")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.arrange)
def rule(request: HttpRequest, schedule_id: UUID, rule_id: UUID) -> HttpResponse:
    found = playing.schedule(schedule_id, locked=request.method == "POST")
    one = _one(found, rule_id)
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm(initial=_initial(one))
    if not form.is_valid():
        return _rule_page(request, found, form, one)
    wishes = [form.wish(rule_id) if each.id == rule_id else each for each in actions.wishes(found)]
    actions.change_schedule(schedule=found, rules=wishes, by=request.user)
    return _back(request, found, f"{form.cleaned_data['name']} is saved.")


@require_POST
@requires(rules.arrange)
def removal(request: HttpRequest, schedule_id: UUID, rule_id: UUID) -> HttpResponse:
    found = playing.schedule(schedule_id, locked=True)
    gone = _one(found, rule_id)
    actions.change_schedule(schedule=found, rules=[each for each in actions.wishes(found) if each.id != rule_id], by=request.user)
    return _back(request, found, f"{gone.name} holds no more.")


@require_POST
@requires(rules.arrange)
def deletion(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    found = playing.schedule(schedule_id, locked=True)
    actions.delete_schedule(schedule=found, by=request.user)
    toasts.done(request, f"{found.name} is deleted.")
    return redirect("schedules", request.organization.slug)


@require_safe
@requires(rules.see_screens)
def week(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found, now = fleet.screen(screen_id), clock.now()
    zone = programs.zone_of(found.schedule, found.time_zone)
    form = MomentForm(request.GET) if "at" in request.GET else MomentForm(initial={"at": wall(now, zone)})
    at = form.cleaned_data["at"].replace(tzinfo=zone) if form.is_bound and form.is_valid() else now
    first, moment = _first_day(request, now.astimezone(zone).date()), moments.moment(found, at)
    context = {
        "tabs": cells.screen_tabs(request.organization.slug, found, "screen_week"),
        "screen": found, "zone": zone.key, "form": form, "moment": moment, "wall": wall(at, zone),
        "until": wall(moment.until, zone), **_week(found.schedule, zone, moments.usual_of(found), first, now),
    }  # fmt: skip
    return render(request, "relay/week.html", context, status=422 if form.is_bound and form.errors else 200)


@requires(rules.arrange)
def _making(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    made = actions.make_schedule(name=form.cleaned_data["name"], by=request.user)
    return redirect("schedule", request.organization.slug, made.pk)


def _list(request: HttpRequest, form: NameForm) -> HttpResponse:
    slug = request.organization.slug
    table = Table(
        playing.schedules(), request, name="schedules", label="All schedules", search=["name"], search_label="Search by name",
        default_sort="name", live=True,
        columns=[
            Column("name", "Schedule", sort=True, cell=partial(_name, slug)),
            Column("ruled", "Rules", sort=True, align="end"),
            Column("time_zone", "Time zone", value=lambda each: each.time_zone or "Each screen's own", phone=False),
            Column("shown", "Screens", sort=True, align="end"),
        ],
        empty=Empty(
            "No schedule yet. It says when screens show something else, or nothing: at lunch, at night, on holidays.",
            "lucide--calendar-clock",
        ),
    )  # fmt: skip
    context = {"form": form, "may_arrange": rules.arrange(request.membership), "tabs": cells.tabs(slug, "schedules")}
    response = table.respond("relay/schedules.html", context)
    response.status_code = 422 if form.errors else response.status_code
    return response


def _name(slug: str, each: Schedule) -> str:
    return looks.link(reverse("schedule", args=[slug, each.pk]), each.name)


def _page(request: HttpRequest, found: Schedule, *, form: ScheduleForm | None = None) -> HttpResponse:
    now, zone = clock.now(), programs.zone_of(found)
    initial = {"name": found.name, "time_zone": found.time_zone}
    first = _first_day(request, now.astimezone(zone).date())
    context = {
        "schedule": found, "zone": _said(found, zone), "rows": [_row(each) for each in playing.rules(found)],
        "form": form or ScheduleForm(initial=initial, zone=request.organization.time_zone),
        "may_arrange": rules.arrange(request.membership), "screens": fleet.screens().filter(schedule=found),
        **_week(found, zone, "As usual", first, now),
    }  # fmt: skip
    return render(request, "relay/schedule.html", context, status=422 if form else 200)


def _rule_page(request: HttpRequest, found: Schedule, form: RuleForm, one: Rule | None) -> HttpResponse:
    context = {"schedule": found, "form": form, "rule": one, "zone": _said(found, programs.zone_of(found))}
    return render(request, "relay/rule.html", context, status=422 if form.is_bound and form.errors else 200)


def _week(found: Schedule | None, zone: ZoneInfo, usual: str, first: date, now: datetime) -> dict[str, Any]:
    days = weeks.week(found, zone, usual, first, now)
    step = timedelta(days=7)
    return {"days": days, "earlier": first - step, "later": first + step}


def _said(found: Schedule, zone: ZoneInfo) -> str:
    return zone.key if found.time_zone else f"each screen's own zone, usually {zone.key}"


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """Return what a clock on the wall of a zone shows, as templates write it."""
    # Without its zone: templates would turn it into the server's.
    return at.astimezone(zone).replace(tzinfo=None)


def _first_day(request: HttpRequest, today: date) -> date:
    try:
        asked = date.fromisoformat(request.GET.get("from", ""))
        return asked if abs((asked - today).days) < 3700 else today
    except ValueError:
        return today


def _row(each: Rule) -> dict[str, Any]:
    return {"rule": each, "shows": phrasing.shown(each), "when": phrasing.when(each)}


def _initial(each: Rule) -> dict[str, Any]:
    same = ("name", "starts_at", "ends_at", "first_on", "last_on", "priority")
    days = [day for day in range(7) if each.days >> day & 1]
    return {**{name: getattr(each, name) for name in same}, "days": days, "shows": content_id(each)}


def _one(found: Schedule, rule_id: UUID) -> Rule:
    one = next((each for each in playing.rules(found) if each.pk == rule_id), None)
    if one is None:
        raise NotFound("This rule is not in the schedule any more.")
    return one


def _back(request: HttpRequest, found: Schedule, sentence: str) -> HttpResponse:
    toasts.done(request, sentence)
    return redirect("schedule", request.organization.slug, found.pk)
