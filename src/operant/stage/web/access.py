from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from operant.panel.organizations import access as rights
from operant.panel.organizations.rules import give_rights, requires

from .. import queries


@require_http_methods(["GET", "HEAD", "POST"])
@requires(give_rights)
def access(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    back = reverse("dashboard", args=[request.organization.slug, dashboard_id])
    return rights.respond(request, found, name=found.name, back=back)
