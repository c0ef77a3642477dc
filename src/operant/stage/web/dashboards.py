from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from operant.panel.organizations.rules import give_rights, may, requires
from operant.platform.ui import cells
from operant.platform.ui.security import csp
from operant.platform.ui.tables import Column, Empty, Filter, Table

from .. import planning, queries, rules, showing
from ..models import Dashboard
from ..variables import Values
from . import alerts, settings
from .filing import star_of
from .forms import FilingForm, NameForm

SHOWN = 5
TONES = {"draft": "muted", "changed": "info", "published": "success"}


@require_safe
@requires(rules.see)
def dashboards(request: HttpRequest) -> HttpResponse:
    context = {"may_make": rules.make(request.membership), "has_any": queries.dashboards().exists(),
               "has_data": bool(queries.readable_sources())}
    return _table(request).respond("stage/dashboards.html", context)


@require_safe
@csp(frame_src=["'self'"])
@requires(rules.see)
def dashboard(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    bar = settings.bar(request, queries.variables(found.published.document) if found.published else ())
    context = {
        "dashboard": found, "tone": _tone(found), "bar": bar, "versions": queries.versions(found)[:SHOWN],
        "places": showing.places([found.pk])[found.pk], "may_edit": may(request.membership, rules.edit, about=found.pk),
        "may_share": rules.share(request.membership), "shares": queries.shares(found).count(),
        "may_make": rules.make(request.membership), "may_give": give_rights(request.membership),
        "name_form": NameForm(initial={"name": found.name}), "folders": queries.places()[0],
        "place_form": FilingForm(initial={"folder": found.folder, "tags": ", ".join(found.tags)}),
        "is_starred": queries.is_starred(found, request.membership),
        "wall": reverse("dashboard-wall", args=[request.organization.slug, found.pk]) + bar.tail,
        "wall_label": f"{found.name} as screens show it", "topics": _topics(found, bar.values),
        "put_on": showing.address(request.organization.slug),
        "deploying": showing.deploying(request.organization.slug, found.pk),
        "alerts": [(each, each.written, *alerts.look(each)) for each in queries.alerts_of(found)],
        "may_alert": may(request.membership, rules.alert, about=found.pk),
        "may_publish": may(request.membership, rules.publish, about=found.pk), **_planned(request, found),
    }  # fmt: skip
    return render(request, "stage/dashboard.html", context)


def _planned(request: HttpRequest, found: Dashboard) -> dict[str, object]:
    plan = queries.planned(found)
    if plan is None:
        return {}
    return {
        "planned": plan, "planned_for": planning.written(plan.due_at, request.organization.time_zone),
        "planned_differs": plan.revision != found.revision,
        "planned_over": found.published is not None and found.published.at > plan.planned_at,
    }  # fmt: skip


def _topics(found: Dashboard, values: Values) -> list[str]:
    keys = queries.keys(found.published.document, values).values() if found.published else []
    return [f"dashboard:{found.public_id}", "alerts", *(f"data:{key}" for key in keys)]


def _table(request: HttpRequest) -> Table:
    return Table(
        queries.dashboards_of(request.membership), request, name="dashboards", label="All dashboards",
        search=["name", "folder", "tags"], search_label="Search by name, folder or tag", default_sort="name", live=True,
        filters=_filters(),
        columns=[
            Column("name", "Dashboard", sort=True, cell=partial(_name, request.organization.slug)),
            Column("folder", "Folder", sort=True),
            Column("tags", "Tags", value=lambda each: ", ".join(each.tags)),
            Column("state", "State", cell=lambda each: cells.status(_tone(each), each.state)),
            Column("changed_at", "Changed", sort=True, align="end"),
            Column("published.at", "Published", sort=True, align="end"),
            Column("is_starred", "Starred", sort=True, align="end", cell=partial(star_of, request), csv=False),
        ],
        empty=Empty("No dashboard yet.", "lucide--layout-dashboard"),
    )  # fmt: skip


def _filters() -> list[Filter]:
    folders, tags = queries.places()
    starred = Filter("starred", "Starred", [("yes", "Starred")], any_label="Starred or not",
                     apply=lambda rows, value: rows.filter(is_starred=True))  # fmt: skip
    named = [
        Filter("folder", "Folder", [(each, each) for each in folders], any_label="Any folder"),
        Filter("tag", "Tag", [(each, each) for each in tags], any_label="Any tag",
               apply=lambda rows, value: rows.filter(tags__contains=[value])),
    ]  # fmt: skip
    return [starred, *(each for each in named if each.choices)]


def _name(slug: str, each: Dashboard) -> str:
    made_by = f"by {each.created_by.name}" if each.created_by else ""
    return cells.link(reverse("dashboard", args=[slug, each.pk]), each.name, under=made_by)


def _tone(each: Dashboard) -> str:
    if each.published is None:
        return TONES["draft"]
    return TONES["changed"] if each.has_changes else TONES["published"]
