from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import requires
from operant.platform.files import sandbox
from operant.platform.ui import toasts

from .. import actions, proposals, queries, rules, starts
from ..models import Dashboard, Source
from .forms import NameForm, NewDashboardForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.make)
def new(request: HttpRequest) -> HttpResponse:
    sources = queries.readable_sources()
    form = NewDashboardForm(request.POST or None, sources=sources)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        return redirect("dashboard-edit", request.organization.slug, made.pk)
    context = {"form": form, **_starts(request, sources)}
    return render(request, "stage/dashboard_new.html", context, status=422 if form.errors else 200)


def _made(request: HttpRequest, form: NewDashboardForm) -> Dashboard:
    name, source = form.cleaned_data["name"], form.chosen()
    if source is None or "start" not in request.POST:
        return actions.create(name=name, by=request.user, source=source)
    choice = starts.chosen(source, request.POST.dict(), request.POST.getlist("value"))
    return actions.create(name=name, by=request.user, document=choice.document(source, name))


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
    found = queries.dashboard(dashboard_id)
    made = actions.duplicate(dashboard=found, by=request.user)
    # An alert judges what is published, and a copy is not: it would have nothing to look at.
    without = ", and it has no alerts" if queries.alerts_of(found) else ""
    toasts.done(request, f"{made.name} has the same draft. Nothing of it is published{without}.")
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


def _starts(request: HttpRequest, sources: list[Source]) -> dict[str, object]:
    asked = request.POST if request.method == "POST" else request.GET
    # Whoever comes without saying from what has most likely just brought it.
    first = max(sources, key=lambda each: each.created_at).public_id if sources else ""
    chosen = next((each for each in sources if each.public_id == asked.get("source", first)), None)
    if chosen:
        # Its table is looked at next, and the first process of all takes most of a second.
        sandbox.get_ready()
    gallery = chosen and reverse("source-starts", args=[request.organization.slug, chosen.pk])
    return {
        "starts": [(each, proposals.described(each)) for each in sources if each is not chosen], "chosen": chosen,
        "gallery": gallery and f"{gallery}?{asked.urlencode()}",
    }  # fmt: skip
