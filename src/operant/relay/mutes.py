"""
The link in a mail about screens that mutes them: it names the organization, the fact and the person, and ends after a week.

It is the right of that person and no more: who may not ask screens for anything any longer mutes none with it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from operant.panel.notifications.offers import Offer
from operant.platform import clock
from operant.platform.events.models import Announcement

SALT = "relay.mutes"
SEAL, BODY, LETTERS = 10, 50, 80
GOOD_FOR = timedelta(days=7)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Muting:
    """Which fact's screens a link mutes, and whose right it is."""

    organization_id: UUID
    event_id: UUID
    person_id: UUID
    until: datetime


def offers(announcement: Announcement, person_id: UUID) -> list[Offer]:
    """Return the links that stand in a mail about screens in trouble."""
    token = issue(Muting(announcement.organization_id, announcement.pk, person_id, announcement.at + GOOD_FOR))
    address = settings.PUBLIC_URL + reverse("mute_screens", args=[token])
    return [Offer(f"Mute for {hours} hours", f"{address}?hours={hours}") for hours in (8, 24)]


def issue(muting: Muting) -> str:
    """Return the token of a link."""
    last = (muting.until - _EPOCH).days
    body = muting.organization_id.bytes + muting.event_id.bytes + muting.person_id.bytes + last.to_bytes(2)
    return urlsafe_b64encode(_seal(body) + body).decode()


def read(token: str) -> Muting | None:
    """Return what a token says, or None when it was not issued here or is over."""
    try:
        raw = urlsafe_b64decode(token) if len(token) == LETTERS else b""
    except ValueError:
        return None
    seal, body = raw[:SEAL], raw[SEAL:]
    known = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if len(body) != BODY or not any(compare_digest(seal, _seal(body, key)) for key in known):
        return None
    until = _EPOCH + timedelta(days=int.from_bytes(body[48:]) + 1)
    if until <= clock.now():
        return None
    return Muting(UUID(bytes=body[:16]), UUID(bytes=body[16:32]), UUID(bytes=body[32:48]), until)


def _seal(body: bytes, key: str | None = None) -> bytes:
    return salted_hmac(SALT, body, secret=key, algorithm="sha256").digest()[:SEAL]
