from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from operant.panel.organizations import rules as rights
from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.events import queries as spine
from operant.platform.ui import toasts
from operant.platform.ui.tables import Column, Empty, Filter, Table
from operant.stage.variable_forms import initial_settings
from operant.stage.variables import written

from .. import glass, phrasing, rules
from ..actions import keeping
from ..actions import places as placing
from ..models import Screen, Screens
from ..queries import alarms, moments, paintings, picturing, places, problems, takeovers
from ..queries import fleet as queries
from ..queries.paintings import Painting
from ..queries.targets import Target
from . import cells, filters
from .forms import CommandForm, GlassForm, NameForm, PlaceForm, ShowForm, VariablesForm, content_id

CHANGES = 30
GUARDED = ("assign", "command", "rename", "take_over", "unpair")
EVENT_LOOKS = {
    "relay.screen.paired": ("lucide--plug", ""),
    "relay.screen.went_offline": ("lucide--circle-slash", "error"),
    "relay.screen.came_back": ("lucide--circle-check", "success"),
    "relay.screen.assigned": ("lucide--layout-dashboard", ""),
    "relay.screen.playlist_assigned": ("lucide--list-video", ""),
    "relay.screen.scheduled": ("lucide--calendar-clock", ""),
    "relay.screen.moved": ("lucide--globe", ""),
    "relay.screen.placed": ("lucide--map-pin", ""),
    "relay.screen.variables_set": ("lucide--sliders-horizontal", ""),
    "relay.screen.renamed": ("lucide--pencil", ""),
    "relay.screen.laid_out": ("lucide--frame", ""),
    "relay.screen.replaced": ("lucide--replace", ""),
    "relay.takeover.painted": ("lucide--megaphone", ""),
    "relay.takeover.failed": ("lucide--megaphone", "error"),
    "relay.screens.in_trouble": ("lucide--bell-ring", "error"),
    "relay.screens.well_again": ("lucide--circle-check", "success"),
    "relay.screens.muted": ("lucide--bell-off", ""),
    "relay.screens.unmuted": ("lucide--bell", ""),
    "relay.screen.alerting_changed": ("lucide--bell-ring", ""),
    "relay.screen.nudged": ("lucide--bell-dot", "warning"),
    "relay.command.sent": ("lucide--send", ""),
    "relay.command.done": ("lucide--check", "success"),
    "relay.command.failed": ("lucide--x", "error"),
}


@require_safe
@requires(rules.see_screens)
def fleet(request: HttpRequest) -> HttpResponse:
    slug, may_pair = request.organization.slug, rules.pair(request.membership)
    pairing = reverse("pair_screen", args=[slug]) if may_pair else ""
    table = Table(
        queries.listed(),
        request,
        name="screens",
        label="All screens",
        search=["name", "dashboard__name", "playlist__name", "schedule__name", "site__name", "group__name", "tags"],
        search_label="Search by name",
        default_sort="name",
        live=True,
        chooses=reverse("screen_acts", args=[slug]) if _may_act(request) else "",
        keeps=reverse("saved_filters", args=[slug]),
        columns=_columns(slug),
        filters=_filters(),
        empty=Empty(
            "No screen is paired yet. A screen is any browser on a wall, and this one will do for a first look.",
            "lucide--tv",
            "Pair a screen" if may_pair else "",
            pairing,
        ),
    )
    context = {
        "counts": queries.counts(), "may_pair": may_pair, "tabs": cells.tabs(slug, "screens"), "problems": problems.shared(),
        "kept": filters.shown(request),
    }  # fmt: skip
    return table.respond("relay/fleet.html", context)


@require_safe
@requires(rules.see_screens)
def screen(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    return _screen_page(request, queries.screen(screen_id))


@require_POST
@requires(rules.rename)
def naming(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found, form = queries.screen(screen_id), NameForm(request.POST)
    if not form.is_valid():
        return _screen_page(request, found, name_form=form)
    keeping.rename(screen=found, name=form.cleaned_data["name"])
    toasts.done(request, f"This screen is now called {found.name}.")
    return redirect("screen", request.organization.slug, screen_id)


@require_POST
@requires(rules.assign)
def showing(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found = queries.screen(screen_id)
    form = ShowForm(request.POST, zone=request.organization.time_zone, site=found.site)
    if not form.is_valid():
        return _screen_page(request, found, show_form=form)
    keeping.assign(screen=found, **form.content())
    if "schedule" in request.POST:
        keeping.schedule(screen=found, schedule=form.cleaned_data["schedule"])
    if {"time_zone"} <= form.cleaned_data.keys() & request.POST.keys():
        keeping.move(screen=found, time_zone=form.cleaned_data["time_zone"])
    keeping.make(screen=found, theme=form.cleaned_data["theme"])
    toasts.done(request, f"{found.name} is told. What it has painted stands under Rendered.")
    return redirect("screen", request.organization.slug, screen_id)


@require_POST
@requires(rules.rename)
def place(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found, form = queries.screen(screen_id), PlaceForm(request.POST)
    if not form.is_valid():
        return _screen_page(request, found, place_form=form)
    placing.place(screen=found, **form.place())
    toasts.done(request, f"{found.name} is found at {cells.place(found) or 'no site'}.")
    return redirect("screen", request.organization.slug, screen_id)


@require_POST
@requires(rules.assign)
def settings(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found = queries.screen(screen_id)
    form = VariablesForm(request.POST, variables=queries.variables(found))
    if not form.is_valid():
        return _screen_page(request, found, variables_form=form)
    keeping.set_variables(screen=found, values=form.said())
    toasts.done(request, f"{found.name} is told. It asks with these values from now on.")
    return redirect("screen", request.organization.slug, screen_id)


@require_POST
@requires(rules.assign)
def laying_out(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found, form = queries.screen(screen_id), GlassForm(request.POST)
    if not form.is_valid():
        return _screen_page(request, found, glass_form=form)
    keeping.lay_out(screen=found, glass=form.glass())
    toasts.done(request, f"{found.name} is told. It lays its picture out so from now on.")
    return redirect("screen", request.organization.slug, screen_id)


@require_POST
@requires(rules.command)
def commands(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found, form = queries.screen(screen_id), CommandForm(request.POST)
    if form.is_valid():
        keeping.send(screen=found, kind=form.cleaned_data["kind"], by=request.user)
        toasts.done(request, f"{found.name} was asked. Its answer shows here.")
    return redirect("screen", request.organization.slug, screen_id)


@require_POST
@requires(rules.unpair)
def unpairing(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found = queries.screen(screen_id)
    keeping.unpair(screen=found)
    toasts.done(request, f"{found.name} is unpaired. Its device asks for a new code.")
    return redirect("screens", request.organization.slug)


def _may_act(request: HttpRequest) -> bool:
    """Whether there may be a screen on which this member may do something."""
    return rules.command(request.membership) or bool(request.membership.rights)


def _columns(slug: str) -> list[Column]:
    return [
        Column("name", "Screen", sort=True, cell=lambda each: cells.name(each, slug)),
        Column("status", "Status", sort=True, value=cells.status_word, cell=cells.status),
        Column("site.name", "Where", sort=("site__name", "group__name", "name"), value=cells.place, cell=cells.placed),
        Column("dashboard.name", "Shows", sort=("dashboard__name", "playlist__name"), value=cells.shows, cell=cells.shown),
        Column("version", "Version", sort="rendered_version__number", value=cells.painted_number, cell=cells.version),
        Column("lag", "Lag", value=cells.lag, cell=cells.lagging, align="end"),
        Column("errors_lately", "Errors, 24 h", sort=True, cell=cells.errors, align="end"),
        Column("uptime", "Heard, 30 days", sort="away_for", value=cells.heard, align="end"),
        Column("browser", "Device", value=lambda each: f"{each.browser}, {each.viewport}", cell=cells.device, phone=False),
        Column("last_seen_at", "Last heartbeat", sort=True, align="end"),
    ]


def _filters() -> list[Filter]:
    statuses = [(key, word) for key, (word, _, _) in queries.STATUSES.items()]
    found = [Filter("status", "Status", statuses, any_label="Any status")]
    if sites := [(each.public_id, each.name) for each in places.sites()]:
        found.append(Filter("site", "Site", [*sites, ("none", "No site")], any_label="Any site", apply=partial(_at, "site")))
    if groups := [(each.public_id, each.name) for each in places.groups()]:
        found.append(Filter("group", "Group", [*groups, ("none", "No group")], any_label="Any group", apply=partial(_at, "group")))
    if codes := queries.codes():
        found.append(Filter("error", "Error", [(each, each) for each in codes], any_label="Any error", apply=queries.reporting))
    if tags := places.tags():
        found.append(Filter("tag", "Tag", [(each, each) for each in tags], any_label="Any tag", apply=_tagged))
    return found


def _at(kind: str, rows: Screens, chosen: str) -> Screens:
    return rows.filter(**{kind: None if chosen == "none" else Target.read(chosen).id})


def _tagged(rows: Screens, tag: str) -> Screens:
    return rows.filter(tags__contains=[tag])


def _screen_page(
    request: HttpRequest, found: Screen, *, name_form: NameForm | None = None, show_form: ShowForm | None = None,
    variables_form: VariablesForm | None = None, place_form: PlaceForm | None = None, glass_form: GlassForm | None = None,
) -> HttpResponse:
    may = {name: rights.may(request.membership, getattr(rules, name), about=found.pk) for name in GUARDED}
    may["take_over"] = may["take_over"] and rules.take_over(request.membership)
    may["pair"] = rules.pair(request.membership)
    may["give"] = rights.give_rights(request.membership)
    plan = found.schedule
    shown = {"dashboard": content_id(found), "theme": found.theme, "schedule": plan.public_id if plan else ""}
    shown["time_zone"] = found.time_zone
    zone = request.organization.time_zone
    variables, values = queries.variables(found), queries.values(found)
    laid = glass.from_text(found.glass)
    word, tone, icon = queries.STATUSES[found.status]
    context = {
        "screen": found,
        "moment": moments.moment(found, clock.now()) if plan or found.playlist else None,
        "may": may,
        "word": word,
        "opens_at": found.site.opens_after(clock.now(), zone) if found.site and found.status == "asleep" else None,
        "muted_until": alarms.muted_until(found.pk),
        "mutes": [("8", "8 hours"), ("24", "24 hours")],
        "alarms": alarms.alarms().filter(screen=found.pk),
        "is_held": bool(found.dashboard and found.held and found.wanted_id != found.dashboard.published_id),
        "tone": tone,
        "icon": icon,
        "show_form": show_form or (ShowForm(initial=shown, zone=zone, site=found.site) if may["assign"] else None),
        "variables": [(each.title, written(values.get(each.name, each.default)), each.name in values) for each in variables],
        "variables_form": variables_form or VariablesForm(initial=initial_settings(variables, values), variables=variables),
        "glass": glass.words(laid),
        "preview": glass.preview(laid),
        "glass_form": glass_form or GlassForm(initial=vars(laid)),
        "over": takeovers.takeover(found.takeover_id) if found.takeover_id else None,
        "place": cells.place(found),
        "place_form": place_form or PlaceForm(initial=_place(found)),
        "name_form": name_form or NameForm(initial={"name": found.name}),
        "problems": problems.problems(found),
        "tabs": cells.screen_tabs(request.organization.slug, found, "screen"),
        "errors": queries.grouped(found),
        "commands": queries.commands(found),
        "changes": _changes(found),
        "taken": picturing.taken(found),
        "picture_asked": picturing.asked(found),
    }
    refused = name_form or show_form or variables_form or place_form or glass_form
    return render(request, "relay/screen.html", context, status=422 if refused else 200)


def _place(found: Screen) -> dict[str, str]:
    site, group = (each.public_id if each else "" for each in (found.site, found.group))
    return {"site": site, "group": group, "tags": ", ".join(found.tags)}


def _changes(found: Screen) -> list[dict[str, Any]]:
    told = [_change(each) for each in spine.latest(limit=CHANGES, subject_id=found.pk)]
    painted = [_painting(each) for each in paintings.paintings(found)]
    return sorted([*told, *painted], key=lambda each: each["at"], reverse=True)[:CHANGES]


def _painting(each: Painting) -> dict[str, Any]:
    seconds = int(each.took.total_seconds())
    after = phrasing.lasting(seconds) if seconds else "less than a second"
    sentence = f"Painted version {each.number} of {each.dashboard}, {after} after {each.because}"
    return {"icon": "lucide--circle-check", "tone": "success", "at": each.at, "sentence": sentence}


def _change(announcement: Any) -> dict[str, Any]:
    icon, tone = EVENT_LOOKS.get(announcement.name, ("lucide--dot", ""))
    return {"icon": icon, "tone": tone, "at": announcement.at, "sentence": announcement.event().sentence()}
