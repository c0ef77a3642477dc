from django.http import HttpRequest
from django.urls import reverse

from operant.platform.ui.finding import Hit, named

from .models import Membership


def people(request: HttpRequest, words: str) -> list[Hit]:
    """Return the members whose name contains these words."""
    place = reverse("people", args=[request.organization.slug])  # type: ignore[attr-defined]
    found = named(Membership.objects.select_related("person"), "person__name", words)
    return [Hit(each.person.name, place, "lucide--user", each.role) for each in found]
