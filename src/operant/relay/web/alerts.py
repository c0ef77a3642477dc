from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations import rules as rights
from operant.panel.organizations.rules import requires
from operant.platform.ui import cells as looks
from operant.platform.ui import toasts
from operant.platform.ui.tables import Column, Empty, Filter, Table

from .. import rules, troubles
from ..actions import alerting as actions
from ..models import FEWEST_ERRORS, MOST_ERRORS, MOST_HOURS, MOST_MINUTES, Alarm, Alerting, Kind, Screen
from ..queries import alarms, fleet
from . import cells

MEANINGS = {
    Kind.NEVER_SEEN: "Never seen: its device never opened the player", Kind.LATE: "Late: two heartbeats are missing",
    Kind.OFFLINE: "Offline: silent for as long as stands below, or its player was closed",
    Kind.BEHIND: "Behind: an old version for five minutes, told again and reloaded in vain",
    Kind.ERRORS: "Errors rising: three times as many as usual within ten minutes",
    Kind.FROZEN: "Frozen: it beats, but what is on the glass does not follow",
    Kind.CLOCK: "Clock wrong: what depends on the time is wrong",
}  # fmt: skip
TONES = {Kind.NEVER_SEEN: "info", Kind.LATE: "warning", Kind.BEHIND: "warning", Kind.CLOCK: "warning"}


class AlertingForm(forms.Form):
    """What of its screens an organization hears of."""

    field_order = ("own", "kinds", "silent_minutes", "never_seen_hours", "errors_from")
    kinds = forms.MultipleChoiceField(
        label="Tell people of", required=False, choices=[(kind.value, MEANINGS[kind]) for kind in Kind],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    never_seen_hours = forms.IntegerField(
        label="Never seen, after hours", min_value=1, max_value=MOST_HOURS, help_text="Counted from its pairing."
    )
    errors_from = forms.IntegerField(
        label="Errors rising, from so many on", min_value=FEWEST_ERRORS, max_value=MOST_ERRORS,
        help_text="Within ten minutes. Fewer are never told of.",
    )  # fmt: skip
    silent_minutes = forms.IntegerField(
        label="Offline, after minutes of silence", min_value=1, max_value=MOST_MINUTES,
        help_text="With 1 or 2, as soon as two heartbeats are missing, which takes 75 seconds. 4,320 minutes are three days.",
    )  # fmt: skip


class ScreenAlertingForm(AlertingForm):
    """What people hear of one screen."""

    own = forms.ChoiceField(
        label="People are told of it", choices=[("everywhere", "As everywhere"), ("own", "By its own terms, which follow")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data and self.data.get("own") == "everywhere":
            # What stands in the others is not meant.
            self.fields = {"own": self.fields["own"]}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see_screens)
def alerts(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return choosing(request)
    return _page(request, AlertingForm(initial=_chosen(alarms.terms())))


@require_POST
@requires(rules.alert)
def choosing(request: HttpRequest) -> HttpResponse:
    form = AlertingForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    actions.choose(by=request.user, **form.cleaned_data)
    toasts.done(request, "Saved. All screens are looked at by it within a few seconds.")
    return redirect("screen_alerts", request.organization.slug)


def _page(request: HttpRequest, form: AlertingForm, *, status: int = 200) -> HttpResponse:
    slug = request.organization.slug
    table = Table(
        alarms.alarms(), request, name="screen-alerts", label="What people were told of and is not over", live=True,
        search=["screen__name", "screen__site__name"], search_label="Search by screen or site", default_sort="-since",
        filters=[Filter("kind", "Trouble", Kind.choices, any_label="Any trouble")],
        columns=[
            Column("screen.name", "Screen", sort="screen__name", cell=partial(_screen, slug)),
            Column("kind", "Trouble", sort=True, value=lambda each: each.get_kind_display(), cell=_kind),
            Column("screen.site.name", "Site", sort="screen__site__name", value=lambda each: alarms.place(each.screen)),
            Column("since", "Since", sort=True, align="end"),
        ],
        empty=Empty("No screen is in trouble.", "lucide--circle-check"),
    )  # fmt: skip
    terms = alarms.terms()
    context = {
        "form": form if rules.alert(request.membership) else None, "tabs": cells.tabs(slug, "screen_alerts"),
        "kinds": [(MEANINGS[kind], terms.is_on(kind)) for kind in Kind], "muted": alarms.muted(), "own": alarms.with_own_terms(),
    }  # fmt: skip
    response = table.respond("relay/alerts.html", context)
    response.status_code = status if response.status_code == 200 else response.status_code
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see_screens)
def screen_alerting(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found = fleet.screen(screen_id)
    if request.method == "POST":
        return choosing_for(request, screen_id=screen_id)
    own = alarms.own_terms(screen_id)
    chosen = {"own": "own" if own else "everywhere", **_chosen(own or alarms.terms())}
    return _screen_page(request, found, ScreenAlertingForm(initial=chosen))


@require_POST
@requires(rules.command)
def choosing_for(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found, form = fleet.screen(screen_id), ScreenAlertingForm(request.POST)
    if not form.is_valid():
        return _screen_page(request, found, form)
    chosen = form.cleaned_data
    if chosen.pop("own") == "own":
        actions.choose(screen=found, by=request.user, **chosen)
    else:
        actions.as_everywhere(screen=found, by=request.user)
    toasts.done(request, f"Saved. {found.name} is looked at by it within a few seconds.")
    return redirect("screen_alerting", request.organization.slug, screen_id)


def _screen_page(request: HttpRequest, found: Screen, form: ScreenAlertingForm) -> HttpResponse:
    may = rights.may(request.membership, rules.command, about=found.pk)
    own = alarms.own_terms(found.pk)
    terms = own or alarms.terms()
    context = {
        "screen": found, "form": form if may else None, "own": own, "muted_until": alarms.muted_until(found.pk),
        "kinds": [(MEANINGS[kind], terms.is_on(kind)) for kind in Kind],
        "tabs": cells.screen_tabs(request.organization.slug, found, "screen_alerting"),
    }  # fmt: skip
    return render(request, "relay/screen_alerting.html", context, status=422 if form.errors else 200)


def _chosen(terms: Alerting) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in ("kinds", "never_seen_hours", "errors_from", "silent_minutes")}


def _screen(slug: str, each: Alarm) -> Any:
    again = f"{each.times} times" if each.times > 1 else ""
    return looks.link(reverse("screen", args=[slug, each.screen_id]), each.screen.name, under=again)


def _kind(each: Alarm) -> Any:
    return looks.status(TONES.get(Kind(each.kind), "error"), troubles.Kind(each.kind).label)
