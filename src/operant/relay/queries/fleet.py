"""What people see of their screens, and what other rooms may ask. Inside the organization's scope."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.refusals import NotFound
from operant.stage import queries as stage
from operant.stage import showing
from operant.stage.variables import Variable, from_text, holding

from ..models import ClientError, Command, Screen, Screens

# status: word, tone of its color, icon
STATUSES: dict[str, tuple[str, str, str]] = {
    "online": ("Online", "success", "lucide--circle-check"),
    "behind": ("Behind", "warning", "lucide--clock-alert"),
    "errors": ("Client errors", "error", "lucide--triangle-alert"),
    "late": ("Late", "warning", "lucide--hourglass"),
    "offline": ("Offline", "muted", "lucide--circle-slash"),
    "never_seen": ("Never seen", "info", "lucide--circle-dashed"),
}


NEEDY = ("offline", "errors", "behind")


@dataclass(frozen=True)
class Counts:
    """How the fleet is, each screen counted once."""

    paired: int
    online: int
    behind: int
    errors: int
    offline: int


def screens() -> Screens:
    """Return the paired screens with their dashboards, versions and `status`."""
    wanted = ("dashboard__published", "rendered_version")
    documents = ("dashboard__draft", "dashboard__published__document", "rendered_version__document")
    return (
        Screen.objects.paired().judged().select_related("dashboard", *wanted).defer(*documents).order_by("name", "pk")
    )


def screen(screen_id: UUID) -> Screen:
    """
    Return one paired screen with its dashboard, versions and `status`.

    :raises NotFound: when there is none, or it was unpaired.
    """
    found = screens().select_related("paired_by").filter(pk=screen_id).first()
    if found is None:
        raise NotFound("There is no such screen. It may have been unpaired.")
    return found


def variables(screen: Screen) -> list[Variable]:
    """Return the variables that can be set on a screen: those of what is published of its dashboard."""
    published = screen.dashboard.published if screen.dashboard else None
    return stage.variables(stage.version(published.pk).document) if published else []


def values(screen: Screen) -> dict[str, Any]:
    """Return what variables are set to on a screen, as far as its dashboard takes it now."""
    published = screen.dashboard.published if screen.dashboard else None
    said = from_text(screen.variables)
    return holding(stage.version(published.pk).document, said) if said and published else {}


def counts() -> Counts:
    """Return the figures at the top of the fleet."""
    by = Screen.objects.paired().judged().counted()
    return Counts(sum(by.values()), *(by.get(status, 0) for status in ("online", "behind", "errors", "offline")))


def needy() -> dict[str, list[str]]:
    """Return the names of the screens that need somebody, by status."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = Screen.objects.paired().judged().filter(status__in=NEEDY).order_by("name")
    for status, name in rows.values_list("status", "name"):
        found[status].append(name)
    return dict(found)


def count_of_needy() -> int | None:
    """Return how many screens need somebody, or None when all is well."""
    return Screen.objects.paired().judged().filter(status__in=NEEDY).count() or None


def errors(screen: Screen) -> list[ClientError]:
    """Return what a screen reported, newest first."""
    return list(ClientError.objects.filter(screen=screen).order_by("-last_at", "pk"))


def commands(screen: Screen) -> list[Command]:
    """Return what a screen was asked in the last hour, newest first."""
    since = clock.now() - timedelta(hours=1)
    return list(Command.objects.filter(screen=screen, created_at__gte=since).order_by("-created_at")[:5])


def screens_showing(dashboards: Sequence[UUID]) -> dict[UUID, list[showing.Place]]:
    """Return on which screens each dashboard is, in one statement beside the organization's name."""
    found: dict[UUID, list[showing.Place]] = defaultdict(list)
    slug = organizations.organization().slug
    for each in screens().showing(dashboards):
        word, tone, _ = STATUSES[each.status]
        version = f", on v{each.rendered_version.number}" if each.rendered_version else ""
        found[each.dashboard_id].append(
            showing.Place(each.name, reverse("screen", args=[slug, each.pk]), word + version, tone, each.rendered_version_id)
        )
    return dict(found)


def values_showing(dashboards: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return what the variables of these dashboards are set to on screens, each different set once."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    rows = Screen.objects.showing(dashboards).exclude(variables="").order_by().values_list("dashboard", "variables").distinct()
    for dashboard, text in rows:
        found[dashboard].append(from_text(text))
    return dict(found)


def alive_showing(dashboards: Sequence[UUID]) -> int:
    """Return how many screens show one of these dashboards and were heard lately."""
    alive = [Screen.State.ONLINE, Screen.State.LATE]
    return Screen.objects.showing(dashboards).filter(state__in=alive).count()
