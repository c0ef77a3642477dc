from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from operant.panel.organizations.rules import give_rights, may, requires
from operant.platform.ui import cells
from operant.platform.ui.tables import Column, Empty, Table

from .. import queries, rules, showing
from ..models import Dashboard
from .forms import NameForm

TONES = {"draft": "muted", "changed": "info", "published": "success"}


@require_GET
@requires(rules.see)
def dashboards(request: HttpRequest) -> HttpResponse:
    context = {"may_make": rules.make(request.membership), "has_any": queries.dashboards().exists(),
               "has_data": bool(queries.readable_sources())}
    return _table(request).respond("stage/dashboards.html", context)


@require_GET
@requires(rules.see)
def dashboard(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    context = {
        "dashboard": found, "tone": _tone(found), "versions": queries.versions(found)[:50],
        "places": showing.places([found.pk])[found.pk], "may_edit": may(request.membership, rules.edit, about=found.pk),
        "may_make": rules.make(request.membership), "may_give": give_rights(request.membership),
        "name_form": NameForm(initial={"name": found.name}),
        "topics": _topics(found), "put_on": showing.address(request.organization.slug),
    }  # fmt: skip
    return render(request, "stage/dashboard.html", context)


def _topics(found: Dashboard) -> list[str]:
    keys = queries.keys(found.published.document).values() if found.published else []
    return [f"dashboard:{found.public_id}", *(f"data:{key}" for key in keys)]


def _table(request: HttpRequest) -> Table:
    return Table(
        queries.dashboards(), request, name="dashboards", label="All dashboards", search=["name"],
        search_label="Search by name", default_sort="name", live=True,
        columns=[
            Column("name", "Dashboard", sort=True, cell=partial(_name, request.organization.slug)),
            Column("state", "State", cell=lambda each: cells.status(_tone(each), each.state)),
            Column("changed_at", "Changed", sort=True, align="end"),
            Column("published.at", "Published", sort=True, align="end"),
        ],
        empty=Empty("No dashboard yet.", "lucide--layout-dashboard"),
    )  # fmt: skip


def _name(slug: str, each: Dashboard) -> str:
    made_by = f"by {each.created_by.name}" if each.created_by else ""
    return cells.link(reverse("dashboard", args=[slug, each.pk]), each.name, under=made_by)


def _tone(each: Dashboard) -> str:
    if each.published is None:
        return TONES["draft"]
    return TONES["changed"] if each.has_changes else TONES["published"]
