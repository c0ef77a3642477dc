"""A page of every component, to look at and to test; only a local installation has it."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import Http404
from django.views.decorators.http import require_safe

from operant.platform import clock
from operant.platform.ui import cells, tables, toasts

ROWS = [
    {
        "name": "Lobby north",
        "place": "Hamburg HQ",
        "state": "Online",
        "board": "Company pulse",
        "version": 14,
        "ago": 4,
    },
    {
        "name": "Loading dock",
        "place": "Hamburg",
        "state": "Client errors",
        "board": "Dispatch",
        "version": 9,
        "ago": 4,
    },
    {
        "name": "Packing line 1",
        "place": "Hamburg",
        "state": "Behind",
        "board": "Dispatch",
        "version": 7,
        "ago": 24,
    },
    {
        "name": "Kitchen",
        "place": "Leipzig",
        "state": "Offline",
        "board": "Company pulse",
        "version": 12,
        "ago": 2880,
    },
    {
        "name": "Support wall",
        "place": "Leipzig",
        "state": "Online",
        "board": "Queue health",
        "version": 22,
        "ago": 3,
    },
]
TONES = {"Online": "success", "Behind": "warning", "Client errors": "error", "Offline": "muted"}


class LooksForm(forms.Form):
    name = forms.CharField(label="Name", help_text="What people call it.", max_length=40)
    email = forms.EmailField(label="Work email")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Wall"), ("b", "Desk")])
    notes = forms.CharField(label="Notes", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    loud = forms.BooleanField(label="Send me a mail when it goes offline", required=False)
    place = forms.ChoiceField(
        label="Where it hangs", choices=[("in", "Inside"), ("out", "Outside")], widget=forms.RadioSelect
    )


@require_safe
def looks(request):
    if not getattr(settings, "IS_LOCAL", settings.DEBUG):
        raise Http404
    if "say" in request.GET:
        toasts.done(request, "Lobby north is now called Lobby.", undo=request.path)
        toasts.failed(request, "The screen did not answer. It may be switched off.")
    broken = LooksForm({"name": "Lobby north", "email": "ada@", "place": "in"})
    context = {
        "form": LooksForm(),
        "broken": broken,
        "now": clock.now() - timedelta(minutes=4),
        "tabs": [
            {"label": "Overview", "url": "#overview", "current": True, "count": None},
            {"label": "Errors", "url": "#errors", "current": False, "count": 3},
        ],
    }
    return _table(request).respond("ui/looks.html", context)


looks.methods = ("GET", "HEAD")


def _table(request) -> tables.Table:
    return tables.Table(
        ROWS,
        request,
        name="screens",
        label="All screens",
        search=["name", "place"],
        search_label="Search by name",
        columns=[
            tables.Column(
                "name", "Screen", sort=True, cell=lambda row: cells.link("#", row["name"], under=row["place"])
            ),
            tables.Column(
                "state", "Status", sort=True, cell=lambda row: cells.status(TONES[row["state"]], row["state"])
            ),
            tables.Column("board", "Dashboard"),
            tables.Column("version", "Version", sort=True, cell=lambda row: f"v{row['version']}"),
            tables.Column("seen", "Last heartbeat", align="end", value=_seen),
        ],
        filters=[tables.Filter("state", "Status", [(each, each) for each in TONES], any_label="Any status")],
    )


def _seen(row):
    return clock.now() - timedelta(minutes=row["ago"])
