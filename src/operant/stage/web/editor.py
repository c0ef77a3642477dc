import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from operant.panel.organizations.rules import may, opens_own_scope, requires
from operant.platform import clock
from operant.platform.files.sandbox import BadQuery, SandboxRefusal
from operant.platform.refusals import Invalid, NotFound, Refusal

from .. import actions, asking, causes, clipping, engine, ids, proposals, queries, rules, showing
from .. import document as documents
from ..document.values import LONGEST_SQL
from ..models import Dashboard, Source
from ..steps import BadStep, Table, columns_along, taken
from . import answers, askers

CAN = {"edit": rules.edit, "publish": rules.publish}


@require_GET
@requires(rules.edit)
def page(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard, slug = queries.dashboard(dashboard_id), request.organization.slug
    back = reverse("dashboard", args=[slug, dashboard_id])
    editor = {
        "api": back, "back": back, "screens": showing.address(slug), "sources": reverse("sources", args=[slug]),
        "source": request.GET.get("source", ""), "locale": request.organization.locale,
        "time_zone": request.organization.time_zone, "topic": f"draft:{dashboard.public_id}",
    }  # fmt: skip
    return render(request, "stage/editor.html", {"dashboard": dashboard, "editor": editor})


@require_http_methods(["GET", "PUT"])
@answers.as_json
@requires(rules.see)
def draft(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    return _save(request, dashboard_id) if request.method == "PUT" else _load(request, dashboard_id)


@require_GET
@answers.as_json
@requires(rules.edit)
def proposal(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard = queries.dashboard(dashboard_id)
    if "source" not in request.GET:
        raise Invalid("Choose a data source first.")
    source = _readable(request.GET["source"])
    return JsonResponse({"document": proposals.propose(source, title=dashboard.name)})


@require_POST
@answers.as_json
@requires(rules.edit)
def clippings(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    queries.dashboard(dashboard_id)
    return JsonResponse(clipping.read(answers.body(request)))


@require_POST
@answers.as_json
@requires(rules.publish)
def publications(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    body = answers.body(request)
    version = actions.publish(
        dashboard=queries.dashboard(dashboard_id), revision=answers.whole(body, "revision"), by=request.user,
        note=answers.text(body, "note"),
    )
    return JsonResponse({"version": version.public_id, "number": version.number}, status=201)


@require_POST
@answers.as_json
@opens_own_scope
@requires(rules.edit)
def preview(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    body = answers.body(request)
    sql = answers.text(body, "sql")
    if len(sql) > LONGEST_SQL:
        raise Invalid(f"A query has at most {LONGEST_SQL:,} characters.")
    given, steps = documents.parse_parameters(body.get("parameters", [])), documents.parse_steps(body.get("steps", []))
    limits = engine.REFRESH if steps else engine.PREVIEW

    def of_this_dashboard(_: Source) -> str:
        queries.demand(dashboard_id)
        return sql

    try:
        source, again = _source(answers.text(body, "source")), bool(body.get("again", True))
        found = asking.ask(askers.of(request, causes.PREVIEW), source, of_this_dashboard, limits, given, again=again)
    except SandboxRefusal as refused:
        return _refused(refused)
    with asker.scope():
        kept = queries.past(source, sql, given, steps)
    return _stepped(found, steps, kept)


def _load(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard = queries.dashboard(dashboard_id)
    return JsonResponse({
        "revision": dashboard.revision,
        "document": dashboard.draft,
        "published": _published(dashboard),
        "annotations": json.loads(dashboard.noted),
        "sources": [
            {"id": each.public_id, "name": each.name, "kind": each.kind, "tables": _tables(each)}
            for each in queries.readable_sources()
        ],
        "can": {name: may(request.membership, rule, about=dashboard_id) for name, rule in CAN.items()},
    })  # fmt: skip


@requires(rules.edit)
def _save(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    body = answers.body(request)
    saved = actions.save_draft(
        dashboard=queries.dashboard(dashboard_id), revision=answers.whole(body, "revision"),
        document=body.get("document"),
    )
    return JsonResponse({"revision": saved.revision, "saved_at": queries.instant(saved.changed_at)})


def _tables(source: Source) -> list[dict[str, object]]:
    return [
        {
            "name": each["name"], "rows": each["rows"],
            "columns": [{"name": column["name"], "type": column["type"]} for column in each["columns"]],
        }
        for each in source.tables
    ]  # fmt: skip


def _published(dashboard: Dashboard) -> dict[str, object] | None:
    version = dashboard.published
    return {"number": version.number, "version": version.public_id} if version else None


def _source(public: str) -> UUID:
    key = ids.source_key(public)
    if key is None:
        raise NotFound("There is no such data source here.")
    return key


def _readable(public: str) -> Source:
    source = queries.source(_source(public))
    if not source.has_data:
        raise Refusal(f"{source.name} has no data yet. Its {source.noun} is still being read, or could not be.")
    return source


def _refused(refused: SandboxRefusal) -> HttpResponse:
    place = {"line": refused.line, "column": refused.column} if isinstance(refused, BadQuery) else {}
    return JsonResponse({"error": refused.code, "message": refused.sentence, **place}, status=refused.status)


def _stepped(found: engine.Outcome, steps: list[dict[str, Any]], kept: dict[str, Any] | None) -> HttpResponse:
    table = Table(found.columns, found.rows, found.truncated)
    try:
        shown = taken(table, steps)
    except BadStep as refused:
        body = {"error": refused.code, "message": refused.sentence, "step": refused.step, "along": columns_along(table, steps)}
        return JsonResponse(body, status=refused.status)
    return JsonResponse({
        "key": "", "seq": 0, "state": "ok", "computed_at": queries.instant(clock.now()), "refresh_seconds": 0,
        "duration_ms": found.duration_ms, "columns": shown.columns, "rows": shown.rows[: engine.PREVIEW.rows],
        "truncated": shown.truncated or len(shown.rows) > engine.PREVIEW.rows, "error": None,
        "along": columns_along(table, steps), **({"past": kept} if kept else {}),
    })  # fmt: skip
