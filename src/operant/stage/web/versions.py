import json
from collections import defaultdict
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST, require_safe

from operant.panel.organizations.rules import may, requires
from operant.platform.refusals import Invalid
from operant.platform.ui import cells, toasts
from operant.platform.ui.security import csp
from operant.platform.ui.tables import Column, Empty, Table

from .. import actions, comparing, queries, rules, showing
from ..models import Dashboard, DashboardVersion
from ..variables import NONE, Values
from . import settings

NOBODY = "A program, or somebody who left"


@require_safe
@requires(rules.see)
def versions(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    return _table(request, found).respond(
        "stage/versions.html", {"dashboard": found, "topic": f"dashboard:{found.public_id}"}
    )


@require_safe
@csp(frame_src=["'self'"])
@requires(rules.see)
def version(request: HttpRequest, dashboard_id: UUID, number: int) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    shown = queries.numbered(found, number)
    bar = settings.bar(request, queries.variables(shown.document))
    context = {
        "dashboard": found, "version": shown, "bar": bar, "is_published": shown.pk == found.published_id,
        "wall": reverse("dashboard-version-wall", args=[request.organization.slug, found.pk, number]) + bar.tail,
        "label": f"Version {number} of {found.name}", "next": queries.next_number(found),
        "by": shown.published_by.name if shown.published_by else NOBODY, "places": _places(found)[shown.pk],
        "may_edit": may(request.membership, rules.edit, about=found.pk),
        "may_publish": may(request.membership, rules.publish, about=found.pk),
        "topics": [f"dashboard:{found.public_id}", *_data(shown.document, bar.values)],
    }  # fmt: skip
    return render(request, "stage/version.html", context)


@require_safe
@csp(frame_src=["'self'"])
@requires(rules.see)
def comparison(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    compared = comparing.compare(found, request.GET.get("before", ""), request.GET.get("after", ""))
    numbers = queries.versions(found).values_list("number", flat=True)
    choices = [(comparing.DRAFT, "Draft"), *((str(each), f"Version {each}") for each in numbers)]
    context = {
        "dashboard": found, "compared": compared, "choices": choices,
        "walls": [_wall(request, found, compared, each) for each in (compared.before, compared.after)],
        "topics": [*_data(compared.before.document), *_data(compared.after.document)],
    }  # fmt: skip
    return render(request, "stage/comparison.html", context)


@require_POST
@requires(rules.edit)
def restoration(request: HttpRequest, dashboard_id: UUID, number: int) -> HttpResponse:
    actions.restore(version=queries.numbered(queries.dashboard(dashboard_id), number))
    undo = reverse("dashboard-draft-return", args=[request.organization.slug, dashboard_id])
    toasts.done(request, f"The draft is version {number} again. Publish it when it is right.", undo=undo)
    return redirect("dashboard", request.organization.slug, dashboard_id)


@require_POST
@requires(rules.edit)
def returning(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    actions.return_draft(dashboard=queries.dashboard(dashboard_id))
    toasts.done(request, "The draft is what it was before.")
    return redirect("dashboard", request.organization.slug, dashboard_id)


@require_POST
@requires(rules.publish)
def republication(request: HttpRequest, dashboard_id: UUID, number: int) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    before = found.published
    now = actions.publish_again(
        version=queries.numbered(found, number), by=request.user, over=_over(request.GET.get("over", ""))
    )
    if now != before:
        undo = reverse("dashboard-republication", args=[request.organization.slug, dashboard_id, before.number]) if before else ""
        sentence = f"Version {now.number} is version {number} again. Screens follow now; the draft is as it was."
        toasts.done(request, sentence, undo=f"{undo}?over={now.number}" if undo else "")
    return redirect("dashboard", request.organization.slug, dashboard_id)


def _data(document: dict[str, Any], values: Values = NONE) -> list[str]:
    return [f"data:{key}" for key in queries.keys(document, values).values()]


def _over(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("over must be the number of a version.")
    return int(text) if text else None


def _table(request: HttpRequest, found: Dashboard) -> Table:
    slug, places = request.organization.slug, _places(found)
    return Table(
        queries.versions(found), request, name="versions", label=f"Versions of {found.name}", search=["note"],
        search_label="Search in notes", default_sort="-number", live=True,
        columns=[
            Column("number", "Version", sort=True, cell=partial(_name, slug, found)),
            Column("at", "Published", sort=True),
            Column("by", "By", value=lambda each: each.published_by.name if each.published_by else NOBODY),
            Column("screens", "On screens now", value=lambda each: ", ".join(place.name for place in places[each.pk]),
                   cell=lambda each: _shown(places[each.pk])),
            Column("compare", "Changes", csv=False, align="end", cell=partial(_compare, slug)),
        ],
        empty=Empty("Nothing is published yet. Each publication is kept here and can be brought back.", "lucide--history"),
    )  # fmt: skip


def _places(found: Dashboard) -> dict[UUID, list[showing.Place]]:
    painted = defaultdict(list)
    for place in showing.places([found.pk])[found.pk]:
        painted[place.version].append(place)
    return painted


def _name(slug: str, found: Dashboard, each: DashboardVersion) -> str:
    published = "Published now" if each.pk == found.published_id else ""
    under = " · ".join(filter(None, (published, each.note)))
    return cells.link(reverse("dashboard-version", args=[slug, found.pk, each.number]), f"Version {each.number}", under=under)


def _shown(places: list[showing.Place]) -> str:
    if not places:
        return cells.NOTHING
    link = '<a class="ot-link inline-block py-1" href="{}">{}</a>'
    # One element: on a phone each child of a cell is a line of its own.
    return format_html("<span>{}</span>", format_html_join(", ", link, ((each.url, each.name) for each in places)))


def _compare(slug: str, each: DashboardVersion) -> str:
    if each.number == 1:
        return cells.quiet("the first")
    url = reverse("dashboard-comparison", args=[slug, each.dashboard_id])
    address = f"{url}?before={each.number - 1}&after={each.number}"
    return format_html_join("", '<a class="ot-link" href="{}">Since version {}</a>', [(address, each.number - 1)])


def _wall(request: HttpRequest, found: Dashboard, compared: comparing.Comparison, side: comparing.Side) -> dict:
    elsewhere = "removed" if side is compared.after else "added"
    marks = {
        each.id: {"verb": each.verbs[0], "word": each.word}
        for each in compared.changes if each.part == "widget" and each.verbs != (elsewhere,)
    }  # fmt: skip
    args = [request.organization.slug, found.pk]
    if side.version:
        source = reverse("dashboard-version-wall", args=[*args, side.version.number])
    else:
        source = reverse("dashboard-draft-wall", args=args)
    return {"side": side, "marks": json.dumps(marks), "source": source}
