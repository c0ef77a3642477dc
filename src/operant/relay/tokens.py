"""
What a device proves itself with. Every token carries its organization, so that looking one up crosses nothing.

Refresh tokens follow one another by a keyed hash: asking twice with the same token gives the same successor, so a
lost answer or a second window of the same browser cannot lock a screen out.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from uuid import UUID

from django.core import signing
from django.utils.crypto import salted_hmac

from operant.platform import clock
from operant.platform.tenancy.ids import parse_public_id, public_id

from .refusals import Expired

ACCESS_FOR = timedelta(minutes=15)
REFRESH_FOR = timedelta(days=180)
TICKET_FOR = timedelta(seconds=30)
REFRESH, TICKET = "rft", "tck"
_ACCESS, _TICKET = "relay.access", "relay.ticket"


@dataclass(frozen=True)
class Parsed:
    """Whose token it is, and the hash of its secret."""

    organization_id: UUID
    screen_id: UUID
    secret_hash: bytes


@dataclass(frozen=True)
class Access:
    """Whose access token it is, under which generation of the screen's credential it was given, and until when."""

    organization_id: UUID
    screen_id: UUID
    generation: int
    until: float = inf

    @property
    def is_over(self) -> bool:
        return self.until <= clock.now().timestamp()

    def is_from_before(self, at: datetime) -> bool:
        """Return whether it was handed out before that moment."""
        return self.until < (at + ACCESS_FOR).timestamp()


def first(kind: str, organization_id: UUID, screen_id: UUID) -> str:
    """Return a new random token."""
    return _written(kind, organization_id, screen_id, secrets.token_urlsafe(32))


def following(token: str) -> str:
    """Return the refresh token that comes after this one: always the same."""
    organization, screen, secret = token.split(".")
    digest = salted_hmac("relay.refresh", f"{organization}.{screen}.{secret}", algorithm="sha256").digest()
    return f"{organization}.{screen}.{signing.b64_encode(digest).decode()}"


def ticket(organization_id: UUID, screen_id: UUID) -> str:
    """Return a new ticket. It is signed, so that forged ones cost nobody a question and keep no screen out."""
    return signing.Signer(salt=_TICKET).sign(first(TICKET, organization_id, screen_id))


def parse_ticket(token: str) -> Parsed | None:
    """Return what a ticket says, or None when it is none that was handed out here."""
    try:
        signing.Signer(salt=_TICKET).unsign(token)
    except signing.BadSignature:
        return None
    return parse(TICKET, token)


def parse(kind: str, token: object) -> Parsed | None:
    """Return what a token says, or None when it is none of that kind."""
    parts = token.split(".") if isinstance(token, str) and len(token) < 200 else []
    if len(parts) != 3 or not parts[2]:
        return None
    try:
        organization_id, screen_id = parse_public_id(kind, parts[0]), parse_public_id("scr", parts[1])
    except ValueError:
        return None
    return Parsed(organization_id, screen_id, hashed(parts[2]))


def access(organization_id: UUID, screen_id: UUID, generation: int) -> str:
    """Return an access token for the next 15 minutes."""
    # To the microsecond, so that a page which is loaded again at once has a token from after its goodbye.
    until = (clock.now() + ACCESS_FOR).timestamp()
    return signing.Signer(salt=_ACCESS).sign_object([organization_id.hex, screen_id.hex, generation, until])


def read_access(token: str) -> Access:
    """
    Return whose access token it is.

    :raises Expired: when it is forged, cut short or older than 15 minutes.
    """
    try:
        organization, screen, generation, until = signing.Signer(salt=_ACCESS).unsign_object(token[:500])
    except signing.BadSignature:
        raise Expired from None
    read = Access(UUID(organization), UUID(screen), generation, until)
    if read.is_over:
        raise Expired
    return read


def secret_of(token: str) -> bytes:
    """Return the hash of a token's secret, to keep."""
    return hashed(token.rpartition(".")[2])


def hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def hashed_code(code: str) -> bytes:
    """Return what is kept of a pairing code: keyed, since there are few enough of them to hash them all."""
    return salted_hmac("relay.pairing", code, algorithm="sha256").digest()


def same(one: bytes | memoryview | None, other: bytes) -> bool:
    """Compare two hashes in constant time."""
    return one is not None and hmac.compare_digest(bytes(one), other)


def _written(kind: str, organization_id: UUID, screen_id: UUID, secret: str) -> str:
    return f"{public_id(kind, organization_id)}.{public_id('scr', screen_id)}.{secret}"
