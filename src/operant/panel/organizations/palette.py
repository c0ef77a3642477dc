from django.http import HttpRequest
from django.urls import reverse

from operant.platform.ui.finding import Hit, named

from . import queries
from .models import Membership


def people(request: HttpRequest, words: str) -> list[Hit]:
    """Return the members whose name contains these words."""
    place = reverse("people", args=[request.organization.slug])  # type: ignore[attr-defined]
    found = named(Membership.objects.select_related("person"), "person__name", words)
    return [Hit(each.person.name, place, "lucide--user", each.role) for each in found]


def invitations(request: HttpRequest, words: str) -> list[Hit]:
    """Return the open invitations whose address contains these words."""
    place = reverse("people", args=[request.organization.slug])  # type: ignore[attr-defined]
    found = named(queries.open_invitations(), "email", words)
    return [Hit(each.email, place, "lucide--mail", each.role) for each in found]
