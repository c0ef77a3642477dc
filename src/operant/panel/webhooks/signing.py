"""Signatures as the Standard Webhooks have them, version v1: HMAC-SHA256 over id, time and body."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """Return a new secret, as both sides write it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(*, webhook_id: str, timestamp: int, body: bytes, secrets: list[str]) -> dict[str, str]:
    """Return the three headers that let a receiver check a body: with one signature for each secret."""
    signatures = " ".join(signature(each, webhook_id, timestamp, body) for each in secrets)
    return {"webhook-id": webhook_id, "webhook-timestamp": str(timestamp), "webhook-signature": signatures}


def signature(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature: `v1,` and the digest in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
