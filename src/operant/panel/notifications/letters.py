"""What stands in a mail: the words of one fact, or of many."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator

from operant.panel.accounts.models import Person
from operant.panel.organizations import links
from operant.panel.organizations.models import Organization
from operant.platform import reading
from operant.platform.events.models import Announcement

from . import offers, sentences
from .models import Notification

SHOWN = 30
# A subject is cut off at its end, which says how many more there are.
FIRST = 90


def letter(
    notifications: Sequence[Notification], *, organization: Organization, person: Person, is_daily: bool
) -> dict[str, Any]:
    """Return what the template of a mail needs, for notifications of one organization, newest first."""
    zone = ZoneInfo(person.time_zone or organization.time_zone)
    with reading.written_for(lambda: reading.Somebody(person.locale, zone.key)):
        lines = [_line(each.event, organization, person, zone) for each in notifications[:SHOWN]]
    first, count = lines[0]["sentence"], len(notifications)
    if count == 1:
        lines[0]["more"] = _more(notifications[0].event, zone)
    return {
        "heading": first if count == 1 else _heading(first, count, organization.name if is_daily else ""),
        "lines": lines, "left": count - len(lines), "organization": organization.name,
        "inbox": settings.PUBLIC_URL + reverse("inbox", args=[organization.slug]),
        "wishes": settings.PUBLIC_URL + reverse("notification_wishes"),
    }  # fmt: skip


def _heading(first: str, count: int, day_at: str) -> str:
    if day_at:
        return f"{day_at}: {count} notifications of the day"
    begin = Truncator(first.rstrip(".")).chars(FIRST)
    return f"{begin}, and {count - 1} more"


def _line(announcement: Announcement, organization: Organization, person: Person, zone: ZoneInfo) -> dict[str, Any]:
    path = links.link(organization.slug, announcement.subject_kind, announcement.subject_id)
    at = date_format(announcement.at.astimezone(zone), "j F, H:i")
    return {
        "sentence": sentences.of(announcement), "at": f"{at} ({zone.key})", "link": settings.PUBLIC_URL + path if path else "",
        "offers": offers.of(announcement, person.pk),
    }  # fmt: skip


def _more(announcement: Announcement, zone: ZoneInfo) -> list[str]:
    # A room says more about a fact of its own in `mail/more/<its name>.txt`.
    try:
        template = get_template(f"mail/more/{announcement.name}.txt").template
    except TemplateDoesNotExist:
        return []
    with timezone.override(zone):
        words = template.render(Context({"event": announcement.event(), "zone": zone.key}, autoescape=False))
    return [sentences.tidy(line) for line in words.splitlines() if line.strip()]
