"""
How a token is written: `ot_live_<organization>_<handle>_<secret and checksum>`, in letters without look-alikes.

It carries its organization, so that looking it up crosses nothing. The checksum lets scanners and this house tell a
token from noise without asking anybody.
"""

import hashlib
import secrets
import zlib
from dataclasses import dataclass
from uuid import UUID

from operant.platform.tenancy.ids import ALPHABET, parse_public_id, public_id

PREFIX = "ot_live"
HANDLE, SECRET, CHECKSUM = 8, 44, 6
"""Letters of each part. 44 of 58 letters hold 257 bits."""


@dataclass(frozen=True)
class Written:
    """A token's parts; of the secret only its hash."""

    organization_id: UUID
    handle: str
    secret_hash: bytes


def new(organization_id: UUID) -> tuple[str, Written]:
    """Return a new token as its holder sees it once, and what is kept of it."""
    handle, secret = _letters(HANDLE), _letters(SECRET)
    head = f"{PREFIX}_{public_id('', organization_id)[1:]}_{handle}_{secret}"
    return head + _checksum(head), Written(organization_id, handle, _hashed(secret))


def read(token: str) -> Written | None:
    """Return a token's parts, or None when it is not written as one."""
    parts = token.split("_") if len(token) < 200 else []
    if len(parts) != 5 or "_".join(parts[:2]) != PREFIX or len(parts[3]) != HANDLE:
        return None
    secret, checksum = parts[4][:-CHECKSUM], parts[4][-CHECKSUM:]
    if len(secret) != SECRET or checksum != _checksum(token[:-CHECKSUM]):
        return None
    try:
        return Written(parse_public_id("", f"_{parts[2]}"), parts[3], _hashed(secret))
    except ValueError:
        return None


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def _checksum(text: str) -> str:
    number, letters = zlib.crc32(text.encode()), ""
    for _ in range(CHECKSUM):
        number, rest = divmod(number, len(ALPHABET))
        letters += ALPHABET[rest]
    return letters


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
