"""
The link that ends mails of one category: it names a person and a category, and stays good as long as the person does.

Its token is short, since some signers of mail broke on header lines that were folded.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from operant.platform.messaging import categories

SALT = "notifications.unsubscribe"
SEAL, PERSON, LETTERS = 9, 16, 36


@dataclass(frozen=True)
class Ending:
    """Whose mails of which category a link ends."""

    person_id: UUID
    category: str


def address(ending: Ending) -> str:
    """Return the whole address of the link."""
    return settings.PUBLIC_URL + reverse("unsubscribe", args=[issue(ending)])


def issue(ending: Ending) -> str:
    """Return the token of a link."""
    body = ending.person_id.bytes + _mark(ending.category)
    return urlsafe_b64encode(_seal(body) + body).decode()


def read(token: str) -> Ending | None:
    """Return what a token says, or None when it was not issued here."""
    try:
        raw = urlsafe_b64decode(token) if len(token) == LETTERS else b""
    except ValueError:
        return None
    seal, body = raw[:SEAL], raw[SEAL:]
    category, known = _marks().get(body[PERSON:]), (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if category is None or not any(compare_digest(seal, _seal(body, key)) for key in known):
        return None
    return Ending(UUID(bytes=body[:PERSON]), category)


def _marks() -> dict[bytes, str]:
    names = [categories.SUMMARY, *(each.name for each in categories.optional())]
    return {_mark(name): name for name in names}


def _mark(category: str) -> bytes:
    return sha256(category.encode()).digest()[:2]


def _seal(body: bytes, key: str | None = None) -> bytes:
    return salted_hmac(SALT, body, secret=key, algorithm="sha256").digest()[:SEAL]
