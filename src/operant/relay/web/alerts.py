from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import requires
from operant.platform.ui import cells as looks
from operant.platform.ui import toasts
from operant.platform.ui.tables import Column, Empty, Filter, Table

from .. import rules, troubles
from ..actions import alarming
from ..models import FEWEST_ERRORS, MOST_ERRORS, MOST_HOURS, Alarm, Alerting, Kind
from ..queries import alarms
from . import cells

MEANINGS = {
    Kind.NEVER_SEEN: "Never seen: its device never opened the player", Kind.LATE: "Late: two heartbeats are missing",
    Kind.OFFLINE: "Offline: three minutes of silence, or its player was closed",
    Kind.BEHIND: "Behind: an old version for five minutes, told again and reloaded in vain",
    Kind.ERRORS: "Errors rising: three times as many as usual within ten minutes",
    Kind.FROZEN: "Frozen: it beats, but what is on the glass does not follow",
    Kind.CLOCK: "Clock wrong: what depends on the time is wrong",
}  # fmt: skip
TONES = {Kind.NEVER_SEEN: "info", Kind.LATE: "warning", Kind.BEHIND: "warning", Kind.CLOCK: "warning"}


class AlertingForm(forms.Form):
    """What of its screens an organization hears of."""

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
    alarming.choose(by=request.user, **form.cleaned_data)
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
        "kinds": [(MEANINGS[kind], terms.is_on(kind)) for kind in Kind], "muted": alarms.muted(),
    }  # fmt: skip
    response = table.respond("relay/alerts.html", context)
    response.status_code = status if response.status_code == 200 else response.status_code
    return response


def _chosen(terms: Alerting) -> dict[str, Any]:
    return {"kinds": terms.kinds, "never_seen_hours": terms.never_seen_hours, "errors_from": terms.errors_from}


def _screen(slug: str, each: Alarm) -> Any:
    again = f"{each.times} times" if each.times > 1 else ""
    return looks.link(reverse("screen", args=[slug, each.screen_id]), each.screen.name, under=again)


def _kind(each: Alarm) -> Any:
    return looks.status(TONES.get(Kind(each.kind), "error"), troubles.Kind(each.kind).label)
