from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from operant.panel.accounts import identities, reauthentication
from operant.panel.accounts.actions import copying
from operant.platform import clock, tenancy
from operant.platform.files import downloads
from operant.platform.holdings import holdings

from .. import queries


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "organizations/copy.html", {"holdings": holdings(), "most": copying.A_DAY})
    # A file in answer to the question would leave them in front of it.
    if question := reauthentication.asked(request, repeats=False):
        return question
    is_vouched_for = identities.vouches(request, request.user)
    belonging = [each for each in request.memberships if each.organization_id != tenancy.OPERATOR]
    entered = [each for each in belonging if queries.may_enter(each, is_vouched_for=is_vouched_for)]
    file = copying.take_copy(
        person=request.user,
        places=[(each.organization.slug, tenancy.organization_scope(each.organization_id, request.user.pk)) for each in entered],
        closed=[each.organization.name for each in belonging if each not in entered],
    )
    response = FileResponse(file, as_attachment=True, filename=f"operant-{clock.now():%Y-%m-%d}.zip")
    response["Content-Type"] = "application/zip"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = downloads.INERT
    return response


copy.auth = "person"  # the inventory of routes asks
