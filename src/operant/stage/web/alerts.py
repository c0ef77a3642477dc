from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from operant.panel.organizations.rules import may, requires
from operant.platform import clock
from operant.platform.events import queries as spine
from operant.platform.ui import cells
from operant.platform.ui.tables import Column, Empty, Filter, Table

from .. import judging, phrasing, queries, rules
from ..models import Alert
from . import lines

MUTES = [("8", "8 hours"), ("24", "24 hours"), ("168", "7 days")]
DRAWN, LISTED = 200, 20
STATES = {
    judging.OK: ("success", "Fine"), judging.PENDING: ("warning", "About to fire"), judging.FIRING: ("error", "Firing"),
    judging.RESTING: ("error", "Firing, about to end"),
}  # fmt: skip
FILTERS = [("firing", "Firing"), ("pending", "About to fire"), ("muted", "Muted"), ("lost", "Nothing to look at")]
EVENT_LOOKS = {
    "stage.alert.fired": ("lucide--bell-ring", "error"), "stage.alert.cleared": ("lucide--circle-check", "success"),
    "stage.alert.fired_muted": ("lucide--bell-ring", "error"), "stage.alert.cleared_muted": ("lucide--circle-check", "success"),
    "stage.alert.muted": ("lucide--bell-off", ""), "stage.alert.unmuted": ("lucide--bell", ""),
    "stage.alert.changed": ("lucide--pencil", ""), "stage.alert.created": ("lucide--plus", ""),
    "stage.alert.lost": ("lucide--unplug", "warning"),
}  # fmt: skip


@require_safe
@requires(rules.see)
def alerts(request: HttpRequest) -> HttpResponse:
    return _table(request).respond("stage/alerts.html", {"has_any": queries.alerts().exists()})


@require_safe
@requires(rules.see)
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    found = queries.alert(alert_id)
    tone, word = look(found)
    readings = queries.readings(found, limit=DRAWN)
    sentence, (query, defaults) = phrasing.sentence(found.terms, found.said), queries.query_name(found)
    context = {
        "alert": found, "value": found.written, "tone": tone, "word": word,
        "sentence": sentence[:1].upper() + sentence[1:],
        "query": query, "defaults": defaults, "is_muted": found.is_muted(clock.now()), "mutes": MUTES,
        "line": lines.drawn(readings, found), "newest": lines.listed(readings[: -LISTED - 1 : -1]), "ending": _ending(found),
        "may_alert": may(request.membership, rules.alert, about=found.dashboard_id),
        "topics": [f"alert:{found.public_id}", *([f"data:{found.key}"] if found.key else [])],
        "changes": [_change(each) for each in spine.latest(limit=30, subject_id=found.pk)],
    }  # fmt: skip
    return render(request, "stage/alert.html", context)


def look(found: Alert) -> tuple[str, str]:
    """Return tone and word for how an alert is."""
    if not found.key:
        return "warning", "Nothing to look at"
    tone, word = STATES[found.state]
    if found.state == judging.OK and found.evaluated_at is None:
        tone, word = "muted", "Not judged yet"
    elif found.state == judging.OK and found.trouble:
        tone, word = "warning", "No value"
    return tone, f"{word}, muted" if found.is_muted(clock.now()) else word


def _table(request: HttpRequest) -> Table:
    slug = request.organization.slug
    return Table(
        queries.alerts(), request, name="alerts", label="All alerts", search=["name", "dashboard__name"],
        search_label="Search by name or dashboard", default_sort="name", live=True,
        filters=[Filter("state", "State", FILTERS, any_label="Any state", apply=_in_state)],
        columns=[
            Column("name", "Alert", sort=True, cell=partial(_name, slug)),
            Column("dashboard.name", "Dashboard", sort="dashboard__name"),
            Column("state", "State", sort=True, value=lambda each: look(each)[1], cell=lambda each: cells.status(*look(each))),
            Column("value", "Value", align="end", cell=lambda each: each.written),
            Column("evaluated_at", "Judged", sort=True, align="end"),
        ],
        empty=Empty("No alert like this.", "lucide--bell-ring"),
    )  # fmt: skip


def _in_state(rows: Any, state: str) -> Any:
    if state == "muted":
        return rows.filter(muted_until__gt=clock.now())
    if state == "lost":
        return rows.filter(key="")
    return rows.firing() if state == "firing" else rows.filter(state=state)


def _name(slug: str, each: Alert) -> str:
    return cells.link(reverse("alert", args=[slug, each.pk]), each.name, under=phrasing.sentence(each.terms, each.said))


def _ending(found: Alert) -> str:
    if found.state == judging.PENDING:
        return f"It fires when it has been so for {phrasing.span(found.hold_seconds)}." if found.hold_seconds else ""
    return f"It is over when it has not been so for {phrasing.span(found.rest_seconds)}." if found.state == judging.RESTING else ""


def _change(announcement: Any) -> dict[str, Any]:
    icon, tone = EVENT_LOOKS.get(announcement.name, ("lucide--dot", ""))
    return {"icon": icon, "tone": tone, "at": announcement.at, "sentence": announcement.event().sentence()}
