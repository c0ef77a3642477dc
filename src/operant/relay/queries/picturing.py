"""The last picture of a screen. Inside the organization's scope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operant.platform.refusals import NotFound
from operant.stage.models import DashboardVersion

from ..models import Command, Screen, Screenshot

NOBODY_ASKED = "There is no picture of this screen. Ask for one; it is kept for a week."


@dataclass(frozen=True)
class Taken:
    """When a screen drew itself, and what it had painted then: nothing where something else lay on the glass."""

    at: datetime
    version: DashboardVersion | None


def taken(screen: Screen) -> Taken | None:
    """Return what is known of the last picture of a screen, without the picture."""
    found = Screenshot.objects.filter(screen=screen).values("taken_at", "version").first()
    return _taken(found) if found else None


def picture(screen: Screen) -> tuple[Taken, bytes]:
    """
    Return the last picture of a screen, as JPEG, and what is known of it.

    :raises NotFound: when there is none.
    """
    found = Screenshot.objects.filter(screen=screen).values("taken_at", "version", "jpeg").first()
    if found is None:
        raise NotFound(NOBODY_ASKED)
    return _taken(found), bytes(found["jpeg"])


def asked(screen: Screen) -> Command | None:
    """Return the last time that somebody asked a screen for its picture, if that is remembered."""
    return Command.objects.filter(screen=screen, kind=Command.Kind.SCREENSHOT).order_by("-created_at").first()


def _taken(row: dict[str, Any]) -> Taken:
    versions = DashboardVersion.objects.select_related("dashboard").defer("document")
    return Taken(row["taken_at"], versions.filter(pk=row["version"]).first())
