"""The context's signature: the server proves to PostgreSQL which organization a transaction may see."""

import hashlib
import hmac
import time
from functools import cache
from uuid import UUID

from django.conf import settings

ORGANIZATION = "app.ctx"
PERSON = "app.person"
RECEPTION = "app.reception"
SEEN = {ORGANIZATION: "app.org_seen", PERSON: "app.person_seen", RECEPTION: "app.reception_seen"}
"""What says of each that it was checked in this transaction."""
VALID_SECONDS = 900


def signed(setting: str, subject: UUID | None) -> str:
    """Return `<subject>.<unix expiry>.<hmac>` for one setting, or an empty string for nobody."""
    if subject is None:
        return ""
    # The real clock on purpose: PostgreSQL compares with its own, and a frozen test clock must not matter here.
    body = f"{subject}.{int(time.time()) + VALID_SECONDS}"
    mac = hmac.new(_key(), f"{setting}:{body}".encode(), hashlib.sha256).hexdigest()
    return f"{body}.{mac}"


def pads(key: bytes) -> tuple[bytes, bytes]:
    """Return HMAC's inner and outer key blocks, so that SQL needs nothing but sha256()."""
    block = key.ljust(64, b"\0")
    return bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)


@cache
def _key() -> bytes:
    return settings.TENANCY_SIGNING_KEY
