"""What a dashboard shows right now, for its pages: the same results that screens get."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

from operant.panel.organizations.rules import requires
from operant.platform.refusals import Refusal

from .. import actions, framing, ids, logbook, proposals, queries, rules, starts
from ..actions.watching import MOST_LOOKED_AT
from ..models import Dashboard
from ..variables import NONE, Values, addressed, checked
from . import answers


@require_safe
@answers.as_json
@requires(rules.see)
def wall(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard = queries.dashboard(dashboard_id)
    version = dashboard.published
    if version is None:
        raise Refusal("This dashboard is not published yet.")
    actions.look(dashboard=dashboard, browser=_browser(request))
    return _answered(request, dashboard, version.document, version.number, _set(request, version.document))


@require_safe
@answers.as_json
@requires(rules.see)
def version(request: HttpRequest, dashboard_id: UUID, number: int) -> HttpResponse:
    dashboard = queries.dashboard(dashboard_id)
    document = queries.numbered(dashboard, number).document
    return _answered(request, dashboard, document, number, _set(request, document))


@require_safe
@answers.as_json
@requires(rules.see)
def draft(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    return _answered(request, found, found.draft, -found.revision)


@require_safe
@answers.as_json
@requires(rules.make)
def proposed(request: HttpRequest, source_id: UUID) -> HttpResponse:
    source = queries.source(source_id)
    if not source.has_data:
        raise Refusal(f"{source.name} has no data yet.")
    if "start" in request.GET:
        document = starts.chosen(source, request.GET.dict(), request.GET.getlist("value")).document(source, source.name)
    else:
        document = proposals.propose(source, title=source.name)
    return _answered(request, None, document, 0)


def _set(request: HttpRequest, document: dict[str, Any]) -> Values:
    said = addressed(request.GET)
    return checked(queries.variables(document), said) if said else NONE


def _browser(request: HttpRequest) -> str:
    return salted_hmac("operant.stage.viewer", request.session.session_key or "", algorithm="sha256").hexdigest()


def _saved(document: dict[str, Any]) -> list[str]:
    return [each["saved"] for each in document["queries"] if ids.saved_key(each.get("saved", ""))]


def _answered(
    request: HttpRequest, dashboard: Dashboard | None, document: dict[str, Any], number: int, values: Values = NONE
) -> HttpResponse:
    # Drafts count backwards: the page draws anew when the number is another.
    keys = actions.watch(document=document, values=values, most=MOST_LOOKED_AT)
    slug, pages = request.organization.slug, logbook.pages(keys.values())
    head = {
        "number": number, "document": document, "keys": keys, "annotations": json.loads(dashboard.noted) if dashboard else [],
        "pages": {query: reverse("query", args=[slug, *pages[key]]) for query, key in keys.items() if key in pages},
        "saved": {each: reverse("saved-query", args=[slug, each]) for each in _saved(document)},
        "frames": framing.frames(document),
    }  # fmt: skip
    answer = b'%s, "results": %s}' % (json.dumps(head)[:-1].encode(), queries.results_json(keys.values()))
    return HttpResponse(answer, content_type="application/json")
