"""What a dashboard shows right now, for its own page: the same results that screens get."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from operant.panel.organizations.rules import requires
from operant.platform.refusals import Refusal

from .. import actions, queries, rules
from . import answers


@require_GET
@answers.as_json
@requires(rules.see)
def wall(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    version = queries.dashboard(dashboard_id).published
    if version is None:
        raise Refusal("This dashboard is not published yet.")
    keys = actions.watch(document=version.document)
    head = {"number": version.number, "document": version.document, "keys": keys}
    answer = b'%s, "results": %s}' % (json.dumps(head)[:-1].encode(), queries.results_json(keys.values()))
    return HttpResponse(answer, content_type="application/json")
