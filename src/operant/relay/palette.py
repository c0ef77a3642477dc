from django.http import HttpRequest
from django.urls import reverse

from operant.platform.ui.finding import Hit, named

from .models import Screen


def screens(request: HttpRequest, words: str) -> list[Hit]:
    """Return the paired screens whose name contains these words."""
    slug = request.organization.slug  # type: ignore[attr-defined]
    found = named(Screen.objects.paired(), "name", words).values_list("pk", "name")
    return [Hit(name, reverse("screen", args=[slug, key]), "lucide--tv") for key, name in found]
