"""What dashboards show that no query gives: pictures, and pages from elsewhere. Nobody has to be signed in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from operant.panel.organizations.rules import requires
from operant.platform import tenancy
from operant.platform.files import downloads
from operant.platform.refusals import Invalid, NotFound
from operant.platform.ui import security

from .. import actions, framing, pictures, queries, rules
from . import answers


@require_POST
@answers.as_json
@requires(rules.edit)
def upload(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    dashboard, file = queries.dashboard(dashboard_id), request.FILES.get("file")
    if file is None:
        raise Invalid("Choose a picture first.")
    kept = actions.add_picture(dashboard=dashboard, upload=file, file_name=file.name)
    return JsonResponse({"picture": pictures.name(kept.organization_id, kept.pk)}, status=201)


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    organization_id, file_id = pictures.parts(name)
    with tenancy.organization_scope(organization_id):
        file = pictures.picture(file_id)
    with file.open() as content:
        answer = HttpResponse(content.read(), content_type=f"image/{file.kind}")
    # Its bytes never change, so a screen keeps it for times without network; nobody in between does.
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    answer["Content-Security-Policy"] = downloads.INERT
    answer["Content-Disposition"] = f'inline; filename="picture.{file.kind}"'
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def frame(request: HttpRequest, token: str) -> HttpResponse:
    if request.headers.get("Sec-Fetch-Dest") == "document":
        # In a window of its own it would pass for a page of ours.
        raise NotFound("This is shown on dashboards only.")
    address, within = framing.framed(token)
    response = render(request, "stage/frame.html", {"address": address})
    response.headers["Cache-Control"], response.headers["X-Robots-Tag"] = "private, no-store", "noindex"
    policy = {"frame-src": (framing.origin(address),), "frame-ancestors": ("'self'", *within)}
    response.security_needs = security.Needs(policy, referrer="no-referrer")  # type: ignore[attr-defined]
    return response


picture.auth = frame.auth = "public"  # type: ignore[attr-defined]
