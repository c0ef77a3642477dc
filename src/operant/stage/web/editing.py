"""Several people in the editor of one dashboard: who they are, and a draft that came too late as a dashboard of its own."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from operant.panel.organizations.rules import requires
from operant.platform.refusals import Invalid

from .. import actions, queries, rules
from ..models import Editing
from . import answers


@require_POST
@answers.as_json
@requires(rules.edit)
def presence(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    body, dashboard, member = answers.body(request), queries.dashboard(dashboard_id), request.membership
    tab, selection = answers.text(body, "tab"), body.get("selection", [])
    if body.get("is_leaving"):
        actions.end_editing(dashboard=dashboard, member=member, tab=tab)
        return JsonResponse({"revision": dashboard.revision, "editors": []})
    if not isinstance(selection, list):
        raise Invalid("selection must be a list.")
    others = actions.note_editing(dashboard=dashboard, member=member, tab=tab, selection=selection)
    return JsonResponse({"revision": dashboard.revision, "editors": [_told(each, member.pk) for each in others]})


@require_POST
@answers.as_json
@requires(rules.make)
def apart(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    name, document = queries.dashboard(dashboard_id).name, answers.body(request).get("document")
    if not isinstance(document, dict):
        raise Invalid("There is no dashboard to keep.")
    made = actions.create(name=f"{name[:80]} ({request.user.name[:30]})", by=request.user, document=document)
    address = reverse("dashboard-edit", args=[request.organization.slug, made.pk])
    return JsonResponse({"name": made.name, "address": address}, status=201)


def _told(each: Editing, mine: UUID) -> dict[str, Any]:
    return {"tab": each.tab, "name": each.member.person.name, "is_me": each.member_id == mine, "selection": each.selection}
