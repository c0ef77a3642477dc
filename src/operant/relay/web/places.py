"""The pages of sites and groups."""

from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.ui import cells as looks
from operant.platform.ui import toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import phrasing, rules
from ..actions import places as actions
from ..models import Group, Site
from ..queries import places as queries
from . import cells
from .forms import NameForm, zones
from .schedules import clock_field, days_field, wall

NO_SITE = "No site yet. A site is a place where screens hang: its clock, its hours, and all of its screens at once."
NO_GROUP = "No group yet. A group is screens that belong together wherever they hang: all lobbies, or those to try things on."


class SiteForm(forms.Form):
    """What a site is called, whose clock it goes by, and when it is open."""

    name = forms.CharField(max_length=120)
    time_zone = forms.ChoiceField(label="Time zone", required=False, help_text="That of every screen at this site.")
    days = days_field()
    opens_at = clock_field("Opens at")
    closes_at = clock_field("Closes at", "00:00 to 00:00 is all day. Outside these hours a dark screen is no trouble.")

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zones(f"As the organization: {zone}")

    def said(self) -> dict[str, Any]:
        """Return what it says, as the action takes it."""
        return {**self.cleaned_data, "days": sum(1 << day for day in self.cleaned_data["days"])}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see_screens)
def sites(request: HttpRequest) -> HttpResponse:
    return _make_site(request) if request.method == "POST" else _sites(request, NameForm())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see_screens)
def site(request: HttpRequest, site_id: UUID) -> HttpResponse:
    return _change_site(request, site_id) if request.method == "POST" else _site(request, queries.site(site_id))


@require_POST
@requires(rules.arrange)
def site_deletion(request: HttpRequest, site_id: UUID) -> HttpResponse:
    found = queries.site(site_id, locked=True)
    actions.delete_site(site=found, by=request.user)
    toasts.done(request, f"{found.name} is deleted. Its screens are at no site.")
    return redirect("sites", request.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see_screens)
def groups(request: HttpRequest) -> HttpResponse:
    return _make_group(request) if request.method == "POST" else _groups(request, NameForm())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see_screens)
def group(request: HttpRequest, group_id: UUID) -> HttpResponse:
    return _rename_group(request, group_id) if request.method == "POST" else _group(request, queries.group(group_id))


@require_POST
@requires(rules.arrange)
def group_deletion(request: HttpRequest, group_id: UUID) -> HttpResponse:
    found = queries.group(group_id, locked=True)
    actions.delete_group(group=found, by=request.user)
    toasts.done(request, f"{found.name} is deleted. Its screens are in no group.")
    return redirect("groups", request.organization.slug)


@requires(rules.arrange)
def _make_site(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _sites(request, form)
    made = actions.make_site(name=form.cleaned_data["name"], by=request.user)
    return redirect("site", request.organization.slug, made.pk)


@requires(rules.arrange)
def _change_site(request: HttpRequest, site_id: UUID) -> HttpResponse:
    found, form = queries.site(site_id, locked=True), SiteForm(request.POST, zone=request.organization.time_zone)
    if not form.is_valid():
        return _site(request, found, form)
    actions.change_site(site=found, by=request.user, **form.said())
    toasts.done(request, f"{found.name} is saved.")
    return redirect("site", request.organization.slug, found.pk)


@requires(rules.arrange)
def _make_group(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _groups(request, form)
    made = actions.make_group(name=form.cleaned_data["name"], by=request.user)
    return redirect("group", request.organization.slug, made.pk)


@requires(rules.arrange)
def _rename_group(request: HttpRequest, group_id: UUID) -> HttpResponse:
    found, form = queries.group(group_id, locked=True), NameForm(request.POST)
    if not form.is_valid():
        return _group(request, found, form)
    actions.rename_group(group=found, name=form.cleaned_data["name"], by=request.user)
    toasts.done(request, f"This group is now called {found.name}.")
    return redirect("group", request.organization.slug, found.pk)


def _sites(request: HttpRequest, form: NameForm) -> HttpResponse:
    slug, zone = request.organization.slug, request.organization.time_zone
    columns = [
        Column("name", "Site", sort=True, cell=partial(_name, slug, "site")),
        Column("open", "Open", value=phrasing.open_at),
        Column("time_zone", "Time zone", value=lambda each: each.time_zone or zone, phone=False),
        Column("hanging", "Screens", sort=True, align="end", cell=lambda each: _screens(slug, "site", each, each.hanging)),
    ]
    return _list(request, "sites", "site", queries.sites(), columns, Empty(NO_SITE, "lucide--map-pin"), form)


def _groups(request: HttpRequest, form: NameForm) -> HttpResponse:
    slug = request.organization.slug
    columns = [
        Column("name", "Group", sort=True, cell=partial(_name, slug, "group")),
        Column("within", "Screens", sort=True, align="end", cell=lambda each: _screens(slug, "group", each, each.within)),
    ]
    return _list(request, "groups", "group", queries.groups(), columns, Empty(NO_GROUP, "lucide--group"), form)


def _list(
    request: HttpRequest, name: str, noun: str, rows: Any, columns: list[Column], empty: Empty, form: NameForm
) -> HttpResponse:
    table = Table(
        rows, request, name=name, label=f"All {name}", search=["name"], search_label="Search by name", default_sort="name",
        live=True, columns=columns, empty=empty,
    )  # fmt: skip
    context = {
        "form": form, "may_arrange": rules.arrange(request.membership), "tabs": cells.tabs(request.organization.slug, name),
        "name": name, "noun": noun,
    }  # fmt: skip
    response = table.respond("relay/places.html", context)
    response.status_code = 422 if form.errors else response.status_code
    return response


def _site(request: HttpRequest, found: Site, form: SiteForm | None = None) -> HttpResponse:
    now, usual = clock.now(), request.organization.time_zone
    days = [day for day in range(7) if found.days >> day & 1]
    initial = {name: getattr(found, name) for name in ("name", "time_zone", "opens_at", "closes_at")} | {"days": days}
    context = {
        "site": found, "form": form or SiteForm(initial=initial, zone=usual), "screens": found.screens.paired().count(),
        "may_arrange": rules.arrange(request.membership), "open_at": phrasing.open_at(found),
        "is_open": found.is_open_at(now, usual), "wall": wall(now, ZoneInfo(found.time_zone or usual)),
        "zone": found.time_zone or usual, "fleet": _fleet(request.organization.slug, "site", found),
    }  # fmt: skip
    return render(request, "relay/site.html", context, status=422 if form else 200)


def _group(request: HttpRequest, found: Group, form: NameForm | None = None) -> HttpResponse:
    context = {
        "group": found, "form": form or NameForm(initial={"name": found.name}), "screens": found.screens.paired().count(),
        "may_arrange": rules.arrange(request.membership), "fleet": _fleet(request.organization.slug, "group", found),
    }  # fmt: skip
    return render(request, "relay/group.html", context, status=422 if form else 200)


def _name(slug: str, noun: str, each: Site | Group) -> SafeString:
    return looks.link(reverse(noun, args=[slug, each.pk]), each.name)


def _screens(slug: str, noun: str, each: Site | Group, count: int) -> Any:
    return looks.link(_fleet(slug, noun, each), str(count)) if count else looks.quiet("none")


def _fleet(slug: str, noun: str, each: Site | Group) -> str:
    return f"{reverse('screens', args=[slug])}?{urlencode({noun: each.public_id})}"
