"""What Stage says on an organization's home."""

from django.http import HttpRequest
from django.urls import reverse

from operant.panel.organizations.home import Need, Step

from . import failing, queries, rules
from .models import HELD_BACK, Dashboard, Source, SourceVersion

MOST_NAMED = 5


def steps(request: HttpRequest) -> list[Step]:
    """Return the two steps from nothing to a published dashboard."""
    if not rules.make(request.membership):
        return []
    slug = request.organization.slug
    published = Dashboard.objects.standing().filter(published__isnull=False)
    return [
        Step(
            "Bring data", "Upload a file, connect a database or a web address, or start with sample data.",
            reverse("sources", args=[slug]), "Add data", bool(queries.readable_sources()),
        ),
        Step(
            "Publish a dashboard", "One is proposed from your data's own columns; change what you like.",
            reverse("dashboards", args=[slug]), "Build a dashboard", published.exists(),
        ),
    ]  # fmt: skip


def needs(request: HttpRequest) -> list[Need]:
    """Return the alerts that fire, what walls show as an error, and the data sources that need somebody."""
    slug = request.organization.slug
    firing = [
        Need(f"{each.name} on {each.dashboard.name}: {each.finding}.", reverse("alert", args=[slug, each.pk]), "Look", "error")
        for each in queries.firing().select_related("dashboard").defer("dashboard__draft")[:MOST_NAMED]
    ]
    return [*firing, *_failing(request), *_waiting(request), *_unread(request)]


def _failing(request: HttpRequest) -> list[Need]:
    if not rules.make(request.membership):
        return []
    slug = request.organization.slug
    return [
        Need(each.sentence, reverse("dashboard", args=[slug, each.dashboard_id]), "Look", "error")
        for each in failing.failing(MOST_NAMED)
    ]


def _waiting(request: HttpRequest) -> list[Need]:
    if not rules.change_sources(request.membership):
        return []
    slug = request.organization.slug
    found = SourceVersion.objects.filter(is_waiting=True).select_related("source").order_by("source__name")[:MOST_NAMED]
    return [
        Need(
            f"Version {each.number} of {each.source.name} was read and waits. {each.why}",
            reverse("source-version", args=[slug, each.source_id, each.number]), "Decide",
        )
        for each in found
    ]  # fmt: skip


def _unread(request: HttpRequest) -> list[Need]:
    if not rules.change_sources(request.membership):
        return []
    # What waits is told above; an address may be gone beside that.
    failed = Source.objects.filter(state=Source.State.FAILED).exclude(error__startswith=HELD_BACK).order_by("name")[:MOST_NAMED]
    slug = request.organization.slug
    return [
        Need(f"{_what(each)} could not be read.", reverse("source", args=[slug, each.pk]), "See why", "error")
        for each in failed
    ]


def _what(source: Source) -> str:
    return f"The {source.noun} of {source.name}"
