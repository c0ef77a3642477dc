"""Saved queries as the editor of a dashboard uses them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from operant.panel.organizations.rules import requires
from operant.platform.refusals import Invalid

from .. import actions, queries, rules, saved
from .. import document as documents
from . import answers


@require_http_methods(["GET", "HEAD", "POST"])
@answers.as_json
@requires(rules.edit)
def offered(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard = queries.dashboard(dashboard_id)
    if request.method == "POST":
        return _saved(request, dashboard.draft)
    found = saved.everything()
    reaches = saved.reaches(each.pk for each in found)
    return JsonResponse({
        "may_save": rules.save_queries(request.membership),
        "saved": [
            {
                "id": each.public_id, "name": each.name, "description": each.description, "source": each.source.name,
                "used_by": reaches[each.pk].words if each.pk in reaches else "",
            }
            for each in found
        ],
    })  # fmt: skip


@require_safe
@answers.as_json
@requires(rules.edit)
def one(request: HttpRequest, dashboard_id: UUID, saved_id: UUID) -> HttpResponse:
    queries.dashboard(dashboard_id)
    row = saved.one(saved_id)
    reach = saved.reach(row)
    return JsonResponse({
        "query": saved.content(row), "description": row.description, "used_by": reach.words if reach.dashboards else "",
        "address": reverse("saved-query", args=[request.organization.slug, row.pk]),
    })  # fmt: skip


@requires(rules.save_queries)
def _saved(request: HttpRequest, draft: dict) -> HttpResponse:
    body = answers.body(request)
    query, variables = body.get("query"), body.get("variables", draft.get("variables", []))
    if not isinstance(query, dict):
        raise Invalid("Say which query is to be saved.")
    parameters, variables = documents.parse_setting(query.get("parameters", []), variables)
    query = {**query, "parameters": parameters}
    whole = actions.own_values(query, {"variables": variables})
    made = actions.save_query(query=whole, description=answers.text(body, "description"), by=request.user)
    return JsonResponse({"query": saved.as_use(made, {**query, "id": query.get("id", "")})}, status=201)
