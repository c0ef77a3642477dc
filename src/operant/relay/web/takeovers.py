from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.panel.organizations import rules as rights
from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.refusals import NotAllowed, Refusal
from operant.platform.ui import cells as looks
from operant.platform.ui import toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import rules
from ..actions import takeovers as actions
from ..models import MOST_TEXT, Cover, Screen, Takeover
from ..queries import fleet, targets
from ..queries import takeovers as queries
from ..queries.targets import Target
from . import cells
from .forms import DashboardField
from .schedules import wall

LASTING = [
    ("5", "5 minutes"), ("15", "15 minutes"), ("60", "An hour"), ("240", "4 hours"), ("480", "8 hours"), ("", "Until a time"),
]  # fmt: skip
KINDS = {"Everywhere": "", "Groups": "Group", "Sites": "Site", "Tags": "Tagged", "Screens": ""}
STATES = {
    "painted": ("Painted", "success", "lucide--circle-check"),
    "heard": ("Heard", "info", "lucide--ear"),
    "failed": ("Failed", "error", "lucide--triangle-alert"),
    "sent": ("Waits for the screen", "muted", "lucide--hourglass"),
}
TONES = {"info": "info", "warning": "warning", "alert": "error"}


class TakeoverForm(forms.Form):
    """What lies over the screens, over which, and for how long."""

    text = forms.CharField(
        label="Message", max_length=MOST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Short enough to be read in passing: “The lift is out of order. Please use the stairs.”",
    )  # fmt: skip
    severity = forms.ChoiceField(
        label="Its color", choices=Takeover.Severity.choices, initial=Takeover.Severity.INFO, widget=forms.RadioSelect
    )
    dashboard = DashboardField(label="Or a dashboard", nothing=("", "None: the message"))
    lasts = forms.ChoiceField(label="For", choices=LASTING, required=False, initial="15")
    until = forms.DateTimeField(
        label="Until", required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="As a clock in your organization's time zone shows it, if “Until a time” is chosen.",
    )  # fmt: skip
    screens = forms.MultipleChoiceField(label="On", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, screens: list[Screen], zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["dashboard"].load()
        mine = {each.public_id for each in screens}
        self.fields["screens"].choices = [
            (key, f"{KINDS[label]} {name}".strip())
            for label, rows in targets.choices() for key, name in rows if label != "Screens" or key in mine
        ]  # fmt: skip

    def clean(self) -> None:
        said = self.cleaned_data
        if not said.get("lasts") and not said.get("until"):
            self.add_error("until", "Say until when, or for how long.")
        if said.get("text", "").strip() and said.get("dashboard"):
            self.add_error("dashboard", "Choose one of the two: a message or a dashboard.")
        elif not said.get("text", "").strip() and not said.get("dashboard"):
            self.add_error("text", "Write a message, or choose a dashboard.")

    def ends(self) -> datetime:
        """Return until when it lasts."""
        if minutes := self.cleaned_data["lasts"]:
            return clock.now() + timedelta(minutes=int(minutes))
        return self.cleaned_data["until"].replace(tzinfo=self.zone)

    def chosen(self) -> list[Target]:
        """Return which screens are meant."""
        return [Target.read(each) for each in self.cleaned_data["screens"]]


@require_safe
@requires(rules.see_screens)
def takeovers(request: HttpRequest) -> HttpResponse:
    slug, may = request.organization.slug, rules.take_over(request.membership)
    making = reverse("takeover_new", args=[slug]) if may else ""
    table = Table(
        queries.takeovers(), request, name="takeovers", label="All takeovers", live=True,
        columns=[
            Column("what", "What", value=actions.what, cell=partial(_name, slug)),
            Column("state", "State", value=_word, cell=_state),
            Column("painted", "Painted", align="end", value=_painted),
            Column("until", "Until", align="end"),
        ],
        empty=Empty(
            "Nothing lies over your screens. A takeover puts a message or a dashboard over everything for a while.",
            "lucide--megaphone", "Take over screens" if may else "", making,
        ),
    )  # fmt: skip
    return table.respond("relay/takeovers.html", {"may": may, "tabs": cells.tabs(slug, "takeovers")})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.take_over)
def making(request: HttpRequest) -> HttpResponse:
    form = TakeoverForm(
        request.POST or None, screens=_mine(request), zone=ZoneInfo(request.organization.time_zone),
        initial={"screens": request.GET.getlist("screen")},
    )  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return _form(request, form)
    try:
        made = _made(request, form)
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _form(request, form)
    toasts.done(request, "The screens are told. What each of them says stands here.")
    return redirect("takeover", request.organization.slug, made.pk)


@require_safe
@requires(rules.see_screens)
def takeover(request: HttpRequest, takeover_id: UUID) -> HttpResponse:
    found, slug, zone = queries.takeover(takeover_id), request.organization.slug, ZoneInfo(request.organization.time_zone)
    table = Table(
        queries.covers(found), request, name="covers", label="What each screen says", live=True, search=["screen__name"],
        search_label="Search by name",
        columns=[
            Column("screen.name", "Screen", cell=partial(_screen, slug)),
            Column("state", "State", value=lambda each: STATES[each.state][0], cell=_cover_state),
            Column("heard_at", "Heard", align="end", phone=False),
            Column("painted_at", "Painted", align="end"),
        ],
        empty=Empty("The screens that it was meant for are not there any more.", "lucide--tv"),
    )  # fmt: skip
    context = {
        "takeover": found, "what": actions.what(found), "word": _word(found), "tone": TONES[found.severity],
        "takeover_topic": f"takeover:{found.public_id}", "until": wall(found.until, zone), "zone": zone.key,
        "may_end": found.is_on and rules.take_over(request.membership) and _may_end(request, found),
    }  # fmt: skip
    return table.respond("relay/takeover.html", context)


@require_POST
@requires(rules.take_over)
def ending(request: HttpRequest, takeover_id: UUID) -> HttpResponse:
    found = queries.takeover(takeover_id)
    if not _may_end(request, found):
        raise NotAllowed("This needs the right to take over every screen that it lies on.")
    actions.end_takeover(takeover=found)
    toasts.done(request, "It is over. The screens show again what lies under it.")
    return redirect("takeover", request.organization.slug, takeover_id)


def _mine(request: HttpRequest) -> list[Screen]:
    """The screens that this member may take over: a right on a single one may say otherwise than the role."""
    return [each for each in fleet.screens() if _may(request, each.pk)]


def _may_end(request: HttpRequest, found: Takeover) -> bool:
    under = Cover.objects.filter(takeover=found).values_list("screen_id", flat=True)
    return all(_may(request, each) for each in under)


def _may(request: HttpRequest, screen_id: UUID) -> bool:
    return rights.may(request.membership, rules.take_over, about=screen_id)


def _made(request: HttpRequest, form: TakeoverForm) -> Takeover:
    said = form.cleaned_data
    screens = [each for each in queries.held(form.chosen(), shows=said["dashboard"]) if _may(request, each.pk)]
    return actions.take_over(
        screens=screens, until=form.ends(), by=request.user, text=said["text"],
        severity=said["severity"], dashboard=said["dashboard"],
    )  # fmt: skip


def _form(request: HttpRequest, form: TakeoverForm) -> HttpResponse:
    return render(request, "relay/takeover_new.html", {"form": form}, status=422 if form.errors else 200)


def _name(slug: str, each: Takeover) -> Any:
    by = f"by {each.started_by.name}" if each.started_by else ""
    said = actions.what(each)
    return looks.link(reverse("takeover", args=[slug, each.pk]), said[:1].upper() + said[1:], under=by)


def _word(each: Takeover) -> str:
    return "On" if each.is_on else "Ended early" if each.ended_at and each.ended_at < each.until else "Over"


def _state(each: Takeover) -> Any:
    return looks.status(TONES[each.severity] if each.is_on else "muted", _word(each), icon="lucide--megaphone")


def _painted(each: Takeover) -> str:
    return f"{each.painted} of {each.meant}" + (f", {each.failed} failed" if each.failed else "")


def _screen(slug: str, each: Cover) -> Any:
    if each.screen.unpaired_at:
        return looks.two_lines(each.screen.name, "Unpaired")
    return looks.link(reverse("screen", args=[slug, each.screen_id]), each.screen.name)


def _cover_state(each: Cover) -> Any:
    word, tone, icon = STATES[each.state]
    said = looks.status(tone, word, icon=icon)
    return looks.two_lines(said, each.reason) if each.reason else said
