"""What this installation signs with its own key (Ed25519), so that others can tell that it said so."""

from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


def sign(message: bytes) -> bytes:
    """Return this installation's signature of a message."""
    return _key().sign(message)


def public_key() -> bytes:
    """Return the key that this installation's signatures are checked with."""
    return _key().public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """Return how people tell a public key from others."""
    return sha256(public).hexdigest()[:32]


def parsed(text: str) -> Ed25519PrivateKey:
    """
    Return the key that a key file holds.

    :raises ValueError: when it holds none.
    """
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text.strip()))


def _key() -> Ed25519PrivateKey:
    return parsed(Path(settings.AUDIT_KEY_FILE).read_text(encoding="ascii"))
