from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import requires
from operant.platform.ui import toasts

from .. import actions, planning, queries, rules
from .forms import PlanForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.publish)
def plan(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found, zone = queries.dashboard(dashboard_id), request.organization.time_zone
    form = PlanForm(request.POST or None, zone=zone, initial={"revision": found.revision})
    if request.method == "POST" and form.is_valid():
        made = actions.plan_publication(dashboard=found, by=request.user, **form.cleaned_data)
        toasts.done(request, f"{found.name} will be published on {planning.written(made.due_at, zone)}.")
        return redirect("dashboard", request.organization.slug, dashboard_id)
    context = {"dashboard": found, "form": form, "planned": queries.planned(found)}
    return render(request, "stage/plan.html", context, status=422 if form.errors else 200)


@require_POST
@requires(rules.publish)
def cancellation(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    actions.cancel_publication(dashboard=found)
    toasts.done(request, f"{found.name} will not be published then. The draft is as it was.")
    return redirect("dashboard", request.organization.slug, dashboard_id)
