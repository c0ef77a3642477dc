from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import actions, queries, rules
from ..actions.sharing import address
from ..models import Dashboard, Share
from ..variables import said as said_values
from .share_forms import ShareForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.share)
def shares(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard = queries.dashboard(dashboard_id)
    variables = queries.variables(dashboard.published.document) if dashboard.published else ()
    form = ShareForm(request.POST or None, variables=variables)
    if request.method != "POST" or not form.is_valid():
        return _page(request, dashboard, form)
    share, token = actions.create_share(dashboard=dashboard, by=request.user, **form.said())
    context = {"dashboard": dashboard, "share": share, "address": address(token)}
    return render(request, "stage/share_made.html", context, status=201)


@require_POST
@requires(rules.share)
def revocation(request: HttpRequest, dashboard_id: UUID, share_id: UUID) -> HttpResponse:
    share = queries.share(share_id, dashboard_id=dashboard_id)
    actions.revoke_share(share=share, by=request.user)
    toasts.done(request, f"{share.name} is revoked. Whoever has its address sees nothing any more.")
    return redirect("dashboard-shares", request.organization.slug, dashboard_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.share)
def share(request: HttpRequest, dashboard_id: UUID, share_id: UUID) -> HttpResponse:
    found = queries.share(share_id, dashboard_id=dashboard_id)
    dashboard = found.dashboard
    variables = queries.variables(dashboard.published.document) if dashboard.published else ()
    form = ShareForm.of(found, request.POST or None, variables, request.organization.time_zone)
    if request.method == "POST" and form.is_valid():
        changed = actions.change_share(share=found, by=request.user, changes=form.changes())
        toasts.done(request, f"{changed.name} is changed. Its address is the same.")
        return redirect("dashboard-shares", request.organization.slug, dashboard_id)
    context = {"dashboard": dashboard, "share": found, "form": form, "state": _state(found)}
    return render(request, "stage/share.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, dashboard: Dashboard, form: ShareForm) -> HttpResponse:
    found = list(queries.shares(dashboard))
    response = _table(request, found).respond("stage/shares.html", {
        "dashboard": dashboard, "form": form, "shares": found, "topic": f"dashboard:{dashboard.public_id}",
    })
    response.status_code = 422 if form.errors else response.status_code
    return response


def _table(request: HttpRequest, found: list[Share]) -> Table:
    return Table(
        found, request, name="shares", label="Share links", search=["name"], search_label="Search by name", live=True,
        columns=[
            Column("name", "Link", sort=True, cell=partial(_name, request.organization.slug)),
            Column("state", "State", value=lambda each: _state(each)[1], cell=lambda each: cells.status(*_state(each))),
            Column("openings", "Opened", sort=True, align="end"),
            Column("opened_at", "Last opened", sort=True, align="end"),
            Column("expires_at", "Ends", sort=True, align="end"),
            Column("revoke", "", align="end", value=lambda each: "", cell=partial(_revoke, request), csv=False),
        ],
        empty=Empty("Nobody outside sees this dashboard. A share link shows it to whoever has the address.", "lucide--link"),
    )  # fmt: skip


def _name(slug: str, each: Share) -> str:
    said = ["with a password"] if each.password else []
    said += [f"embedded by {', '.join(each.origins)}"] if each.origins else []
    said += [said_values(each.values)] if each.values else []
    said += [f"open: {', '.join(each.open_variables)}"] if each.open_variables else []
    said += [f"made by {each.created_by.name}"] if each.created_by else []
    url = reverse("dashboard-share", args=[slug, each.dashboard_id, each.pk])
    return cells.link(url, each.name, under=" · ".join(said))


def _state(each: Share) -> tuple[str, str]:
    return ("muted", "Ended") if each.is_over(clock.now()) else ("success", "Open")


def _revoke(request: HttpRequest, each: Share) -> str:
    return render_to_string("stage/_share_revoke.html", {"share": each}, request)
