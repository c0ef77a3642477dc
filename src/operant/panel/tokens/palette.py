from django.http import HttpRequest
from django.urls import reverse

from operant.platform.ui.finding import Hit, named

from . import queries


def tokens(request: HttpRequest, words: str) -> list[Hit]:
    """Return the API tokens whose name contains these words."""
    place = reverse("tokens", args=[request.organization.slug])  # type: ignore[attr-defined]
    found = named(queries.tokens(), "name", words)
    return [Hit(each.name, place, "lucide--key-round", each.holder.name if each.holder else "") for each in found]
