"""Links of invitations: they carry the organization, so that looking one up crosses nothing."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from operant.platform.tenancy.ids import parse_public_id, public_id

PREFIX = "inv"


@dataclass(frozen=True)
class Parsed:
    organization_id: UUID
    secret_hash: bytes


def issue(organization_id: UUID) -> tuple[str, bytes]:
    """Return a new link token and the hash to keep."""
    secret = secrets.token_urlsafe(24)
    return f"{public_id(PREFIX, organization_id)}.{secret}", _hash(secret)


def parse(token: str) -> Parsed | None:
    """Return what a token says, or None when it is none."""
    head, _, secret = token.partition(".")
    try:
        return Parsed(parse_public_id(PREFIX, head), _hash(secret))
    except ValueError:
        return None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
