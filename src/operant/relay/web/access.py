from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from operant.panel.organizations import access as rights
from operant.panel.organizations.rules import give_rights, requires

from ..queries import fleet


@require_http_methods(["GET", "HEAD", "POST"])
@requires(give_rights)
def access(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found = fleet.screen(screen_id)
    back = reverse("screen", args=[request.organization.slug, screen_id])
    return rights.respond(request, found, name=found.name, back=back)
