"""Days that come from calendars and become exceptions of a schedule, once somebody looked at them."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.refusals import Invalid
from operant.platform.ui import toasts

from .. import calendars, phrasing, rules
from ..actions import schedules as actions
from ..actions.schedules import Wish
from ..calendars import Day
from ..models import Rule, Schedule
from ..queries import playing, programs
from .forms import DashboardField, content


class HolidaysForm(forms.Form):
    """Whose public holidays are wanted."""

    country = forms.ChoiceField()
    region = forms.ChoiceField(required=False, help_text="Some have holidays of their own.")

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(calendars.countries())
        self.fields["country"].choices = [("", "Choose one"), *known.items()]
        regions = calendars.regions(country) if country in known else []
        self.fields["region"].choices = [("", "All of it" if regions else "Choose the country first"), *regions]
        if country and not regions:
            self.fields["region"].choices = [("", "All of it")]


class CalendarForm(forms.Form):
    """A calendar as a file or as text."""

    file = forms.FileField(required=False, label="Calendar file", help_text="An .ics file of at most 500 kB.")
    text = forms.CharField(
        required=False, label="Or its text", strip=False, max_length=calendars.MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "placeholder": "BEGIN:VCALENDAR"}),
    )  # fmt: skip

    def clean(self) -> None:
        if not self.errors and not self.cleaned_data.get("file") and not self.cleaned_data.get("text"):
            self.add_error("file", "Choose a file, or paste its text.")

    def content(self) -> bytes:
        """Return the calendar; of a file one byte more than is read at most."""
        file = self.cleaned_data["file"]
        return file.read(calendars.MOST_BYTES + 1) if file else self.cleaned_data["text"].encode()


class DaysForm(forms.Form):
    """Which of the days that were found become exceptions, and what is shown on them."""

    days = forms.MultipleChoiceField(label="Days", widget=forms.CheckboxSelectMultiple)
    shows = DashboardField(label="On these days it shows", nothing=("", "Nothing: the screen stays dark"))
    priority = forms.TypedChoiceField(coerce=int, choices=Rule.Priority.choices, initial=Rule.Priority.NORMAL)

    def __init__(self, *args: Any, found: list[Day], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shows"].load(with_playlists=True)
        self.fields["days"].choices = [(str(each), _said(each)) for each in found]
        self.fields["days"].initial = [str(each) for each in found]

    def wishes(self) -> list[Wish]:
        """Return the rules that it says."""
        days = [Day.parse(each) for each in self.cleaned_data["days"]]
        shown, priority = content(self.cleaned_data["shows"]), self.cleaned_data["priority"]
        return [Wish(**vars(each), **shown, priority=priority) for each in days]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.arrange)
def exceptions(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    found = playing.schedule(schedule_id)
    if request.method == "POST":
        return _calendar(request, found)
    country = request.GET.get("country", "")
    form = HolidaysForm(request.GET if country else None, country=country)
    if not country or not form.is_valid():
        return _page(request, found, holidays_form=form)
    days = calendars.holidays(country, form.cleaned_data["region"], *_span(found))
    return _page(request, found, holidays_form=form, days=days)


@require_POST
@requires(rules.arrange)
def adding(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    found = playing.schedule(schedule_id, locked=True)
    days = _days(request.POST.getlist("days"))
    form = DaysForm(request.POST, found=days)
    if not form.is_valid():
        return _page(request, found, days=days, days_form=form)
    added = actions.add_rules(schedule=found, by=request.user, rules=form.wishes())
    toasts.done(request, f"{added} exception{'' if added == 1 else 's'} added to {found.name}.")
    return redirect("schedule", request.organization.slug, found.pk)


def _calendar(request: HttpRequest, found: Schedule) -> HttpResponse:
    form = CalendarForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, calendar_form=form)
    first, last = _span(found)
    try:
        reading = calendars.read(form.content(), zone=programs.zone_of(found), first=first, last=last)
    except Invalid as refused:
        form.add_error("file" if form.cleaned_data["file"] else "text", refused.sentence)
        return _page(request, found, calendar_form=form)
    return _page(request, found, days=reading.days, left_out=reading.left_out)


def _page(
    request: HttpRequest, found: Schedule, *, holidays_form: HolidaysForm | None = None,
    calendar_form: CalendarForm | None = None, days: list[Day] | None = None, days_form: DaysForm | None = None, left_out: int = 0,
) -> HttpResponse:  # fmt: skip
    forms = (holidays_form, calendar_form, days_form)
    context = {
        "schedule": found, "zone": programs.zone_of(found).key, "days": days, "left_out": left_out, "last": _span(found)[1],
        "holidays_form": holidays_form or HolidaysForm(country=""), "calendar_form": calendar_form or CalendarForm(),
        "days_form": days_form or (DaysForm(found=days) if days else None),
    }  # fmt: skip
    is_refused = any(each is not None and each.errors for each in forms)
    return render(request, "relay/exceptions.html", context, status=422 if is_refused else 200)


def _span(found: Schedule) -> tuple[date, date]:
    today = clock.now().astimezone(programs.zone_of(found)).date()
    return today, date(today.year + 1, 12, 31)


def _days(texts: list[str]) -> list[Day]:
    days = []
    for each in texts[:calendars.MOST_DAYS]:
        try:
            days.append(Day.parse(each))
        except ValueError:
            continue
    return days


def _said(day: Day) -> str:
    hours = "" if day.is_whole else f", {phrasing.hours(day.starts_at, day.ends_at)}"
    week_day = phrasing.DAYS[day.first_on.weekday()]
    return f"{week_day}, {phrasing.dates(day.first_on, day.last_on).removeprefix('on ')}{hours}: {day.name}"
