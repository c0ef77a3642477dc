import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"
NONCE = 12


class BrokenSeal(ValueError):
    """A sealed value cannot be opened."""


@dataclass(frozen=True)
class Ring:
    """Keys by their one-byte number; the first one seals."""

    keys: dict[int, bytes]

    @classmethod
    def parsed(cls, text: str) -> "Ring":
        """Read `<number>:<64 hex digits>` lines, newest first."""
        pairs = (line.split(":", 1) for line in text.split())
        return cls({int(number): bytes.fromhex(key) for number, key in pairs})

    def seal(self, value: bytes, *, context: str) -> bytes:
        number, key = next(iter(self.keys.items()))
        head, nonce = VERSION + bytes([number]), os.urandom(NONCE)
        return head + nonce + AESGCM(key).encrypt(nonce, value, head + context.encode())

    def unseal(self, value: bytes, *, context: str) -> bytes:
        head, nonce, body = value[:2], value[2 : 2 + NONCE], value[2 + NONCE :]
        key = self.keys.get(head[1]) if len(head) == 2 and head[:1] == VERSION else None
        if key is None:
            raise BrokenSeal("The value is not sealed, or its key is not in the ring.")
        try:
            return AESGCM(key).decrypt(nonce, body, head + context.encode())
        except (InvalidTag, ValueError):  # ValueError: cut so short that not even the nonce is whole
            raise BrokenSeal("The sealed value was changed or belongs to something else.") from None


@cache
def ring() -> Ring:
    """Return this installation's ring."""
    return Ring.parsed(Path(settings.MASTER_KEY_FILE).read_text(encoding="ascii"))
