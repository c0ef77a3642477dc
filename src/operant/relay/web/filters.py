"""Filters of the list of screens that a member keeps."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import requires
from operant.platform.ui import toasts

from .. import rules
from ..actions import filters as actions
from ..models import SavedFilter
from ..queries import fleet
from .forms import FilterForm

KEPT = ("q", "status", "site", "group", "tag", "error", "sort")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see_screens)
def saved_filters(request: HttpRequest) -> HttpResponse:
    query = narrowed(request.GET if request.method != "POST" else QueryDict(request.POST.get("query", "")))
    form = FilterForm(request.POST) if request.method == "POST" else FilterForm(initial={"query": query})
    if not form.is_valid():
        return _page(request, form, query)
    kept = actions.keep_filter(member=request.membership, name=form.cleaned_data["name"], query=query)
    toasts.done(request, f"The filter {kept.name} stands above your list of screens.")
    return redirect(f"{reverse('screens', args=[request.organization.slug])}?{query}")


@require_POST
@requires(rules.see_screens)
def saved_filter_deletion(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    kept = fleet.saved_filter(request.membership, filter_id)
    actions.forget_filter(kept=kept)
    toasts.done(request, f"The filter {kept.name} is gone.")
    return redirect("saved_filters", request.organization.slug)


def narrowed(query: QueryDict) -> str:
    """Return what of an address narrows the list, as an address has it."""
    return urlencode([(key, query.get(key, "")[:100]) for key in KEPT if query.get(key)])


def shown(request: HttpRequest) -> list[tuple[SavedFilter, str, bool]]:
    """Return the member's filters, each with its address, and whether it is the one in use."""
    here, now = reverse("screens", args=[request.organization.slug]), narrowed(request.GET)
    return [(each, f"{here}?{each.query}", each.query == now) for each in fleet.saved_filters(request.membership)]


def _page(request: HttpRequest, form: FilterForm, query: str) -> HttpResponse:
    context = {"form": form, "query": query, "kept": shown(request), "words": [value for _, value in QueryDict(query).items()]}
    return render(request, "relay/filters.html", context, status=422 if form.is_bound else 200)
