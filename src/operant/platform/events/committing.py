"""
Commitments: how an announcement holds on to personal values that can be erased.

What is kept for good has the SHA-256 of a value and of a random salt. The value and the salt stand elsewhere: with both,
anybody can check that the value was not changed; without the salt, nobody can find the value by trying.
"""

import hashlib
import json
import secrets
from typing import Any

SALT = 16


def canonical(value: Any) -> str:
    """
    Return JSON in the one form that is hashed: keys sorted by code point, no spaces, no escapes but those JSON needs.

    Numbers are whole ones: an event declares no others.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def salt() -> bytes:
    """Return a new salt."""
    return secrets.token_bytes(SALT)


def opened(salt: bytes, texts: dict[str, str]) -> str:
    """Return values with their salt, as they are hashed."""
    return canonical([bytes(salt).hex(), texts])


def commitment(salt: bytes, texts: dict[str, str]) -> str:
    """Return what is kept for good of some values."""
    return hashlib.sha256(opened(salt, texts).encode()).hexdigest()
