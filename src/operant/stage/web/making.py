from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import requires
from operant.platform.ui import toasts

from .. import actions, queries, rules
from .forms import NameForm, NewDashboardForm


@require_http_methods(["GET", "POST"])
@requires(rules.make)
def new(request: HttpRequest) -> HttpResponse:
    sources = queries.readable_sources()
    initial = {"source": request.GET["source"]} if "source" in request.GET else {}
    form = NewDashboardForm(request.POST or None, sources=sources, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = actions.create(name=form.cleaned_data["name"], by=request.user, source=form.chosen())
        return redirect("dashboard-edit", request.organization.slug, made.pk)
    return render(request, "stage/dashboard_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@requires(rules.edit)
def name(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard = queries.dashboard(dashboard_id, locked=True)
    form = NameForm(request.POST)
    if form.is_valid():
        renamed = actions.rename(dashboard=dashboard, name=form.cleaned_data["name"])
        toasts.done(request, f"It is now called {renamed.name}.")
    else:
        toasts.failed(request, f"{dashboard.name} keeps its name: a new one needs 1 to 120 characters.")
    return redirect("dashboard", request.organization.slug, dashboard_id)


@require_POST
@requires(rules.make)
def copies(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    made = actions.duplicate(dashboard=queries.dashboard(dashboard_id), by=request.user)
    toasts.done(request, f"{made.name} has the same draft. Nothing of it is published.")
    return redirect("dashboard", request.organization.slug, made.pk)


@require_POST
@requires(rules.edit)
def deletion(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard = queries.dashboard(dashboard_id)
    actions.archive(dashboard=dashboard)
    undo = reverse("dashboard-return", args=[request.organization.slug, dashboard_id])
    toasts.done(request, f"{dashboard.name} is deleted.", undo=undo)
    return redirect("dashboards", request.organization.slug)


@require_POST
@requires(rules.edit)
def returning(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard = queries.archived(dashboard_id)
    actions.bring_back(dashboard=dashboard)
    toasts.done(request, f"{dashboard.name} is back.")
    return redirect("dashboard", request.organization.slug, dashboard_id)


@require_POST
@requires(rules.edit)
def restoration(request: HttpRequest, dashboard_id: UUID, number: int) -> HttpResponse:
    actions.restore(version=queries.numbered(queries.dashboard(dashboard_id), number))
    toasts.done(request, f"The draft is version {number} again. Publish it when it is right.")
    return redirect("dashboard", request.organization.slug, dashboard_id)
