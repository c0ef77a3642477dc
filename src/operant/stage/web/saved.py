from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.panel.organizations.rules import may, opens_own_scope, requires
from operant.platform.files.downloads import INERT
from operant.platform.refusals import Invalid, NotAllowed, Refusal
from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import actions, logbook, queries, rules, saved, text
from ..models import SavedQuery
from ..saved import Cost, Place, Reach
from . import answers, previewing
from .editor import readable
from .saved_forms import DescriptionForm, SavedQueryForm


@dataclass(frozen=True)
class _Row:
    saved: SavedQuery
    cost: Cost
    reach: Reach


@require_safe
@requires(rules.see)
def queries_list(request: HttpRequest) -> HttpResponse:
    found = saved.everything()
    costs, reaches = saved.costs(found), saved.reaches(each.pk for each in found)
    rows = [_Row(each, costs.get(each.pk, Cost()), reaches.get(each.pk, Reach())) for each in found]
    may_save, has_data = rules.save_queries(request.membership), bool(queries.readable_sources())
    context = {"has_any": bool(found), "may_save": may_save, "has_data": has_data}
    return _table(request, rows).respond("stage/saved_queries.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.save_queries)
def new(request: HttpRequest) -> HttpResponse:
    form = SavedQueryForm(request.POST or None, sources=queries.readable_sources())
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.save_query(query=form.query(), description=form.cleaned_data["description"], by=request.user)
        except Refusal as refused:
            form.add_error(None, refused.sentence)
        else:
            toasts.done(request, f"{made.name} is saved. Every dashboard can use it.")
            return redirect("saved-query", request.organization.slug, made.pk)
    return render(request, "stage/saved_query_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@requires(rules.see)
def query(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    row = saved.one(saved_id)
    places = saved.places(row)
    cost = saved.costs([row]).get(row.pk, Cost())
    context = {
        "saved": row, "places": [(each, _may_publish(request, each)) for each in places], "reach": saved.reach(row), "cost": cost,
        "behind": [each for each in places if each.is_behind and _may_publish(request, each)],
        "average_ms": round(cost.milliseconds / cost.runs) if cost.runs else 0, "asked": _asked(request, row),
        "may_save": rules.save_queries(request.membership), "topics": [row.topic, "dashboards"],
        "description_form": DescriptionForm(initial={"description": row.description}),
    }  # fmt: skip
    return render(request, "stage/saved_query.html", context)


@require_safe
@requires(rules.save_queries)
def edit(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    row, slug = saved.one(saved_id), request.organization.slug
    back = reverse("saved-query", args=[slug, row.pk])
    setup = {"api": back, "back": back, "sources": reverse("sources", args=[slug]), "locale": request.organization.locale,
             "time_zone": request.organization.time_zone}  # fmt: skip
    return render(request, "stage/saved_query_edit.html", {"saved": row, "editor": setup})


@require_http_methods(["GET", "HEAD", "PUT"])
@answers.as_json
@requires(rules.save_queries)
def draft(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    row = saved.one(saved_id)
    if request.method == "PUT":
        body = answers.body(request)
        found = actions.change_saved(
            saved=row, query=body.get("query"), revision=answers.whole(body, "revision"), by=request.user
        )
        return JsonResponse({"revision": found.revision})
    places = [{"name": each.dashboard.name, "widgets": each.widgets} for each in saved.places(row)]
    return JsonResponse({
        "revision": row.revision, "query": {"id": "q1", **saved.content(row), "saved": ""}, "sources": readable(),
        "used_by": saved.reach(row).words, "places": places,
    })  # fmt: skip


@require_POST
@answers.as_json
@opens_own_scope
@requires(rules.save_queries)
def preview(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    return previewing.previewed(request, lambda: saved.one(saved_id))


@require_POST
@requires(rules.save_queries)
def description(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    row, form = saved.one(saved_id), DescriptionForm(request.POST)
    if not form.is_valid():
        raise Invalid("The description was not kept: it is too long.")
    actions.change_saved(saved=row, query=saved.content(row), description=form.cleaned_data["description"], by=request.user)
    toasts.done(request, "The description is changed.")
    return redirect("saved-query", request.organization.slug, row.pk)


@require_POST
@requires(rules.see)
def publications(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    row, chosen = saved.one(saved_id), set(request.POST.getlist("dashboard"))
    places = [each for each in saved.places(row) if each.dashboard.public_id in chosen]
    if refused := [each for each in places if not _may_publish(request, each)]:
        raise NotAllowed(f"You may not publish {refused[0].dashboard.name}. Nothing was published.")
    found = actions.publish_saved(saved=row, dashboards=[each.dashboard.pk for each in places], by=request.user)
    if found.versions:
        names = ", ".join(f"{each.dashboard.name} v{each.number}" for each in found.versions)
        toasts.done(request, f"Published: {names}. Screens follow.")
    for dashboard, reason in found.refused:
        toasts.failed(request, f"{dashboard.name} was not published. {reason}")
    if not found.versions and not found.refused:
        toasts.failed(request, "Nothing was published: choose a dashboard that holds an earlier state.")
    return redirect("saved-query", request.organization.slug, row.pk)


@require_POST
@requires(rules.save_queries)
def deletion(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    row = saved.one(saved_id)
    reach = saved.reach(row)
    actions.delete_saved(saved=row, by=request.user)
    kept = f" {reach.words} keep{'s' if reach.widgets == 1 else ''} a copy." if reach.dashboards else ""
    toasts.done(request, f"{row.name} is deleted.{kept}")
    return redirect("saved-queries", request.organization.slug)


@require_safe
@requires(rules.see)
def file(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    row = saved.one(saved_id)
    words = text.written_saved(saved.content(row), row.description, queries.source_labels())
    name = f"{slugify(row.name) or 'query'}.query.yaml"
    return HttpResponse(
        words, content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": INERT},
    )  # fmt: skip


def _may_publish(request: HttpRequest, place: Place) -> bool:
    return place.is_published and may(request.membership, rules.publish, about=place.dashboard.pk)


def _asked(request: HttpRequest, row: SavedQuery) -> list[dict[str, Any]]:
    """Return the answers that stand for it now, each with the page that lists its runs."""
    found = logbook.asked(row.source).filter(sql=row.sql)[:20]
    return [
        {"result": each, "url": reverse("query", args=[request.organization.slug, row.source_id, each.pk]),
         "with": _given(each.parameters)}
        for each in found
    ]  # fmt: skip


def _given(parameters: list[dict[str, Any]]) -> str:
    values = ", ".join(f"{each['name']} {each['value']}" for each in parameters)
    return f"Asked with {values}" if values else "It has no parameters"


def _table(request: HttpRequest, rows: list[_Row]) -> Table:
    return Table(
        rows, request, name="saved-queries", label="Saved queries", search=["saved.name", "saved.description", "saved.source.name"],
        search_label="Search name, source, words", default_sort="saved.name", live=True,
        columns=[
            Column("saved.name", "Query", sort=True, cell=partial(_name, request.organization.slug)),
            Column("saved.source.name", "Source", sort=True),
            Column("reach.widgets", "Used by", sort=True, value=lambda each: each.reach.words),
            Column("cost.last_at", "Last run", align="end", sort=True),
            Column("cost.runs", "Runs in 24 h", align="end", sort=True),
            Column("cost.milliseconds", "Took (ms)", align="end", sort=True),
            Column("cost.rows", "Rows", align="end", sort=True),
            Column("by", "Made by", value=lambda each: each.saved.created_by.name if each.saved.created_by else ""),
        ],
        empty=Empty("No saved query like this.", "lucide--bookmark"),
    )  # fmt: skip


def _name(slug: str, each: _Row) -> str:
    return cells.link(reverse("saved-query", args=[slug, each.saved.pk]), each.saved.name, under=each.saved.description)
