"""What Relay says on an organization's home."""

from django.http import HttpRequest
from django.urls import reverse

from operant.panel.organizations.home import Need, Step

from . import rules
from .queries import fleet

NAMED = 3
_WORDS = {
    "offline": ("is offline", "are offline", "error"),
    "errors": ("reports client errors", "report client errors", "error"),
    "behind": ("shows an older version", "show an older version", "warning"),
}


def needs(request: HttpRequest) -> list[Need]:
    """Return one sentence for each way in which screens need somebody."""
    found = fleet.needy()
    screens = reverse("screens", args=[request.organization.slug])
    return [
        Need(_sentence(found[status], one, many), f"{screens}?status={status}", "Open", level)
        for status, (one, many, level) in _WORDS.items()
        if found.get(status)
    ]


def steps(request: HttpRequest) -> list[Step]:
    """Return the step that puts a dashboard on a wall."""
    if not rules.pair(request.membership):
        return []
    address = reverse("pair_screen", args=[request.organization.slug])
    sentence = "Open /tv on the device, or in this browser, and type the code it shows."
    return [Step("Put it on a screen", sentence, address, "Pair a screen", fleet.counts().paired > 0)]


def _sentence(names: list[str], one: str, many: str) -> str:
    if len(names) == 1:
        return f"{names[0]} {one}."
    shown = ", ".join(names[:NAMED]) + (" and more" if len(names) > NAMED else "")
    return f"{len(names)} screens {many}: {shown}."
