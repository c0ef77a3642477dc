from django.http import HttpRequest
from django.urls import reverse

from operant.platform.ui.finding import Hit, named

from .models import Alert, Dashboard, SavedQuery, Source


def dashboards(request: HttpRequest, words: str) -> list[Hit]:
    """Return the dashboards that nobody deleted whose name contains these words."""
    found = named(Dashboard.objects.standing(), "name", words).values_list("pk", "name")
    return [Hit(name, reverse("dashboard", args=[_slug(request), key]), "lucide--layout-dashboard") for key, name in found]


def alerts(request: HttpRequest, words: str) -> list[Hit]:
    """Return the alerts whose name contains these words."""
    found = named(Alert.objects.standing(), "name", words).values_list("pk", "name", "dashboard__name")
    return [Hit(name, reverse("alert", args=[_slug(request), key]), "lucide--bell-ring", under) for key, name, under in found]


def sources(request: HttpRequest, words: str) -> list[Hit]:
    """Return the data sources whose name contains these words."""
    found = named(Source.objects.all(), "name", words).values_list("pk", "name")
    return [Hit(name, reverse("source", args=[_slug(request), key]), "lucide--database") for key, name in found]


def saved_queries(request: HttpRequest, words: str) -> list[Hit]:
    """Return the saved queries whose name contains these words."""
    found = named(SavedQuery.objects.all(), "name", words).values_list("pk", "name", "source__name")
    return [Hit(name, reverse("saved-query", args=[_slug(request), key]), "lucide--bookmark", under) for key, name, under in found]


def _slug(request: HttpRequest) -> str:
    return request.organization.slug  # type: ignore[attr-defined]
