"""How a share link and a grant are written. Pure: no database, no clock."""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

GRANTED_FOR = timedelta(hours=12)
# Both make whole letters of base64, so that each has one spelling only.
_ORGANIZATION, _SECRET, _TOKEN = 16, 26, 56
_UNTIL, _SEAL, _GRANT = 5, 16, 28
_SALT = "stage.share"


@dataclass(frozen=True)
class Written:
    """A link's parts: whose it is, and of its secret only the hash."""

    organization_id: UUID
    hash: bytes


def new(organization_id: UUID) -> tuple[str, bytes]:
    """Return a new token as it stands in an address, and the hash that is kept of it."""
    text = urlsafe_b64encode(organization_id.bytes + secrets.token_bytes(_SECRET)).decode()
    return text, _hashed(text)


def read(text: str) -> Written | None:
    """Return a token's parts, or None when it is not written as one."""
    raw = _raw(text, _TOKEN)
    return Written(UUID(bytes=raw[:_ORGANIZATION]), _hashed(text)) if raw else None


def grant(*, token_hash: bytes, password: str, at: datetime) -> str:
    """Return what lets somebody look for twelve hours who said the password, which is given as it is kept."""
    until = int((at + GRANTED_FOR).timestamp()).to_bytes(_UNTIL, "big")
    return urlsafe_b64encode(until + _seal(until, token_hash, password)).decode()


def is_granted(text: str, *, token_hash: bytes, password: str, at: datetime) -> bool:
    """Return whether a grant is one of this link and this password, and not over."""
    raw = _raw(text, _GRANT)
    until, seal = raw[:_UNTIL], raw[_UNTIL:]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    is_ours = any(compare_digest(seal, _seal(until, token_hash, password, key)) for key in keys)
    return is_ours and at.timestamp() < int.from_bytes(until, "big")


def _raw(text: str, letters: int) -> bytes:
    return urlsafe_b64decode(text) if len(text) == letters and re.fullmatch("[A-Za-z0-9_-]+", text, re.ASCII) else b""


def _hashed(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _seal(until: bytes, token_hash: bytes, password: str, key: str | None = None) -> bytes:
    # Bound to the password as it is kept, so that another password ends what was granted for the one before.
    said = token_hash + until + password.encode()
    return salted_hmac(_SALT, said, secret=key, algorithm="sha256").digest()[:_SEAL]
