from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format

from operant.panel.organizations import queries as organizations
from operant.panel.organizations.models import Organization, Role
from operant.platform import messaging
from operant.platform.tenancy.ids import parse_public_id

from .. import events


def tell_offline(*, event: events.ScreenWentOffline) -> None:
    """This function will write to the owners and admins that a screen went offline, and what to check."""
    organization = organizations.organization()
    context = {
        "was_closed": event.because == "goodbye",
        "since": _in_zone(event.last_seen_at, organization) if event.last_seen_at else "",
        "version": event.version,
        "dashboard": event.dashboard,
    }
    _write("screen_offline", event, organization, context)


def tell_back(*, event: events.ScreenCameBack) -> None:
    """This function will write to the owners and admins that a screen is back, and how long it was away."""
    context = {"away_for": lasting(event.away_seconds), "version": event.version, "dashboard": event.dashboard}
    _write("screen_back", event, organizations.organization(), context)


def lasting(seconds: int) -> str:
    """Return a span in words: the two largest units that it has."""
    minutes, days = max(1, seconds // 60), seconds // 86400
    parts = [(days, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    words = [f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    return " and ".join(words[:2])


def _write(template: str, event: Any, organization: Organization, context: dict[str, Any]) -> None:
    address = reverse("screen", args=[organization.slug, parse_public_id("scr", event.screen_id)])
    everything = {
        "screen": event.name,
        "organization": organization.name,
        "link": settings.PUBLIC_URL + address,
        **context,
    }
    for to in organizations.addresses_of(Role.ADMIN):
        messaging.send_mail(to=to, template=template, category="notice", context=everything)


def _in_zone(at: datetime, organization: Organization) -> str:
    local = at.astimezone(ZoneInfo(organization.time_zone))
    return f"{date_format(local, 'j F Y, H:i')} ({organization.time_zone})"
