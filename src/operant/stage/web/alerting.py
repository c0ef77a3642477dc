from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.refusals import Invalid, Refusal
from operant.platform.ui import toasts

from .. import actions, queries, rules
from ..models import Dashboard
from .alert_forms import AlertForm
from .alerts import MUTES


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.alert)
def new(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    form = AlertForm(request.POST or None, figures=_figures(found))
    if request.method == "POST" and form.is_valid():
        made = actions.create_alert(dashboard=found, terms=form.terms(), by=request.user)
        toasts.done(request, f"{made.name} is judged with each refresh from now on.")
        return redirect("alert", request.organization.slug, made.pk)
    context = {"dashboard": found, "form": form, "title": "New alert", "heading": f"Alert on {found.name}", "submit": "Make it"}
    return render(request, "stage/alert_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.alert)
def change(request: HttpRequest, dashboard_id: UUID, alert_id: UUID) -> HttpResponse:
    found = queries.alert(alert_id, dashboard_id=dashboard_id)
    dashboard = queries.dashboard(dashboard_id)
    form = AlertForm(request.POST or None, figures=_figures(dashboard), kept=found.terms)
    if request.method == "POST" and form.is_valid():
        changed = actions.change_alert(alert=found, terms=form.terms(), by=request.user)
        toasts.done(request, f"{changed.name} is changed.")
        return redirect("alert", request.organization.slug, alert_id)
    context = {"dashboard": dashboard, "form": form, "title": f"Change {found.name}", "heading": found.name, "submit": "Save"}
    return render(request, "stage/alert_form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(rules.alert)
def mute(request: HttpRequest, dashboard_id: UUID, alert_id: UUID) -> HttpResponse:
    found, hours = queries.alert(alert_id, dashboard_id=dashboard_id), request.POST.get("hours", "")
    if hours and hours not in dict(MUTES):
        raise Invalid("Choose for how long.")
    actions.mute_alert(alert=found, until=clock.now() + timedelta(hours=int(hours)) if hours else None, by=request.user)
    toasts.done(request, f"{found.name} notifies nobody for {hours} hours." if hours else f"{found.name} notifies again.")
    return redirect("alert", request.organization.slug, alert_id)


@require_POST
@requires(rules.alert)
def deletion(request: HttpRequest, dashboard_id: UUID, alert_id: UUID) -> HttpResponse:
    found = queries.alert(alert_id, dashboard_id=dashboard_id)
    actions.delete_alert(alert=found)
    toasts.done(request, f"{found.name} is deleted.")
    return redirect("dashboard", request.organization.slug, dashboard_id)


def _figures(found: Dashboard) -> list[queries.Figures]:
    if found.published is None:
        raise Refusal(f"{found.name} is not published yet, so there is nothing to watch. Publish it first.")
    figures = queries.figures(found.published)
    if not figures:
        raise Refusal(f"{found.name} asks no data, so there is nothing to watch.")
    return figures
