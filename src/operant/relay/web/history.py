"""What a screen paints now, and how much of the last months it was heard of."""

import json
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.files.downloads import INERT
from operant.stage import framing
from operant.stage import queries as stage
from operant.stage.variables import from_text

from .. import rules
from ..models import Screen
from ..queries import devices, fleet, picturing, uptime
from . import cells

NOTHING = "This screen has painted nothing yet."


@require_safe
@requires(rules.see_screens)
def painted(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found = fleet.screen(screen_id)
    if found.rendered_version_id is None:
        # No refusal: a screen that loads anew paints nothing for a moment, while somebody looks at its page.
        return JsonResponse({"message": NOTHING})
    version = stage.version(found.rendered_version_id)
    # Its own results, as they stand: whoever looks at a screen causes no query.
    keys = stage.keys(version.document, from_text(_values(found)))
    head: dict[str, Any] = {
        "number": version.number, "document": version.document, "keys": keys, "frames": framing.frames(version.document),
        "annotations": json.loads(stage.noted(version.dashboard_id)),
    }  # fmt: skip
    answer = b'%s, "results": %s}' % (json.dumps(head)[:-1].encode(), stage.results_json(keys.values()))
    return HttpResponse(answer, content_type="application/json")


@require_safe
@requires(rules.see_screens)
def screenshot(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    _, content = picturing.picture(fleet.screen(screen_id))
    headers = {
        "Cache-Control": "private, no-store", "Content-Security-Policy": INERT,
        "Content-Disposition": 'inline; filename="screen.jpg"',
    }  # fmt: skip
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


@require_safe
@requires(rules.see_screens)
def history(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found, zone = fleet.screen(screen_id), ZoneInfo(request.organization.time_zone)
    days = uptime.by_day(found, max(uptime.WINDOWS), zone)
    asked = request.GET.get("days", "")
    chosen = int(asked) if asked in {str(each) for each in uptime.WINDOWS} else uptime.USUAL
    figures = [(each, uptime.percent(uptime.overall(days[-each:], found, zone)), each == chosen) for each in uptime.WINDOWS]
    context = {
        "screen": found, "figures": figures, "days": days[-chosen:], "chosen": chosen, "zone": zone.key,
        "tabs": cells.screen_tabs(request.organization.slug, found, "screen_history"),
        "worst": sorted((each for each in days[-chosen:] if each.away_for), key=lambda each: -each.away_for)[:5],
    }  # fmt: skip
    return render(request, "relay/history.html", context)


def _values(screen: Screen) -> str:
    """Return what the variables of what it paints are set to: by the turn of its playlist that is on, or by itself."""
    shows = screen.shows
    if shows.is_plain:
        return screen.variables
    program = devices.board(screen.organization_id, shows).program
    scene = program.scene_at(clock.now()) if program else None
    is_on = scene is not None and scene.version_id == screen.rendered_version_id
    return devices.merged(screen.variables, scene.values) if is_on else screen.variables
