from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from operant.panel.organizations.rules import requires
from operant.platform.ui import toasts

from .. import actions, queries, rules
from ..models import Dashboard
from .forms import FilingForm


@require_POST
@requires(rules.edit)
def place(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard = queries.dashboard(dashboard_id, locked=True)
    form = FilingForm(request.POST)
    if form.is_valid():
        actions.file(dashboard=dashboard, folder=form.cleaned_data["folder"], tags=form.words())
        toasts.done(request, f"{dashboard.name} is in {dashboard.folder or 'no folder'}.")
    else:
        toasts.failed(request, f"{dashboard.name} stays where it is: a folder's name and tags have to be shorter.")
    return redirect("dashboard", request.organization.slug, dashboard_id)


@require_POST
@requires(rules.see)
def star(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard, is_wanted = queries.dashboard(dashboard_id), request.POST.get("starred") == "yes"
    (actions.star if is_wanted else actions.unstar)(dashboard=dashboard, member=request.membership)
    if request.htmx:
        return render(request, "stage/_star.html", {"dashboard": dashboard, "is_starred": is_wanted})
    return redirect("dashboards", request.organization.slug)


def star_of(request: HttpRequest, dashboard: Dashboard) -> SafeString:
    """Return the button that keeps a dashboard of the list at hand."""
    context = {"dashboard": dashboard, "is_starred": dashboard.is_starred}
    return render_to_string("stage/_star.html", context, request)
