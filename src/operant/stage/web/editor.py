import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.panel.organizations.rules import may, opens_own_scope, requires
from operant.platform.refusals import Invalid, Refusal

from .. import actions, clipping, proposals, queries, rules, showing
from ..models import Dashboard, Source
from . import answers, previewing

CAN = {"edit": rules.edit, "publish": rules.publish}


@require_safe
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


@require_http_methods(["GET", "HEAD", "PUT"])
@answers.as_json
@requires(rules.see)
def draft(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    return _save(request, dashboard_id=dashboard_id) if request.method == "PUT" else _load(request, dashboard_id)


@require_safe
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
    return previewing.previewed(request, lambda: queries.demand(dashboard_id))


def _load(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard = queries.dashboard(dashboard_id)
    return JsonResponse({
        "revision": dashboard.revision,
        "document": dashboard.draft,
        "published": _published(dashboard),
        "annotations": json.loads(dashboard.noted),
        "sources": readable(),
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


def readable() -> list[dict[str, object]]:
    """Return the sources that can be asked, with their tables, as editors have them."""
    found = queries.readable_sources()
    return [{"id": each.public_id, "name": each.name, "kind": each.kind, "tables": _tables(each)} for each in found]


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


def _readable(public: str) -> Source:
    source = queries.source(previewing.source_key(public))
    if not source.has_data:
        raise Refusal(f"{source.name} has no data yet. Its {source.noun} is still being read, or could not be.")
    return source
