"""What an address asks of the log. Whatever it cannot mean is left out: an address may be old, or typed."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict

from operant.panel.organizations.models import Organization
from operant.platform.events import CATALOGUE

from ..queries.reading import KINDS, Asked

LONGEST = 200
FILTERS = ("q", "who", "event", "about", "since", "until")
_KINDS = {"token", "screen"}


def asked(query: QueryDict, organization: Organization) -> Asked:
    """Return what is looked for. `who` is a kind of actor, or `person:`, `token:` or `screen:` and an id."""
    kind, _, who = query.get("who", "").partition(":")
    one, event = _uuid(who), query.get("event", "")
    since, until = _day(query.get("since", "")), _day(query.get("until", ""))
    return Asked(
        kind=kind if kind in KINDS and not one else "",
        person_id=one if kind == "person" else None,
        actor_id=one if kind in _KINDS else None,
        event=event if event in CATALOGUE else "",
        subject_id=_uuid(query.get("about", "")),
        since=_begin(since, organization) if since else None,
        until=_begin(until + timedelta(days=1), organization) if until and until < date.max else None,
        words=tuple(query.get("q", "").replace("\0", "")[:LONGEST].split()),
        before=_place(query.get("before", "")),
    )  # fmt: skip


def address(request: HttpRequest, **changes: str) -> str:
    """Return this page's address with other parts; an empty one is left out."""
    kept = {name: request.GET.get(name, "") for name in FILTERS} | changes
    pairs = {name: value for name, value in kept.items() if value}
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def placed(place: tuple[datetime, UUID]) -> str:
    """Return a place in the log as addresses carry it."""
    return f"{place[0].isoformat()}~{place[1]}"


def _place(text: str) -> tuple[datetime, UUID] | None:
    at, _, key = text.partition("~")
    try:
        instant, one = datetime.fromisoformat(at), _uuid(key)
        # PostgreSQL does not take every zone that can be written.
        return (instant.astimezone(UTC), one) if one and instant.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _begin(day: date, organization: Organization) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(organization.time_zone))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
