import os
import re
from dataclasses import dataclass
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
        """
        Read `<number>:<64 hex digits>` lines, newest first.

        :raises ValueError: when a line is none of these or its number no byte or not its own, or there is none.
        """
        pairs = [re.fullmatch(r"([0-9]{1,3}):([0-9a-f]{64})", line) for line in text.split()]
        if not pairs or not all(pairs):
            raise ValueError("A ring of keys has lines of a number, a colon and 64 hex digits.")
        numbers = [int(pair[1]) for pair in pairs]
        if not all(1 <= number <= 255 for number in numbers) or len(set(numbers)) < len(numbers):
            raise ValueError("A ring of keys numbers each of them from 1 to 255, and none twice.")
        return cls({number: bytes.fromhex(pair[2]) for number, pair in zip(numbers, pairs, strict=True)})

    @property
    def text(self) -> str:
        """Return the ring as its file has it."""
        return "".join(f"{number}:{key.hex()}\n" for number, key in self.keys.items())

    @property
    def sealing(self) -> int:
        """Return the number of the key that seals."""
        return next(iter(self.keys))

    def with_new_key(self) -> "Ring":
        """
        Return a ring in which a new key seals and every other one still opens.

        :raises ValueError: when all 255 numbers are taken.
        """
        free = [number for number in range(1, 256) if number not in self.keys]
        if not free:
            raise ValueError("All 255 numbers are taken: forget keys that nothing is sealed with.")
        later = [number for number in free if number > max(self.keys)]
        return Ring({(later or free)[0]: os.urandom(32), **self.keys})

    def without(self, numbers: set[int]) -> "Ring":
        """Return a ring without these keys. The one that seals stays."""
        return Ring({number: key for number, key in self.keys.items() if number not in numbers or number == self.sealing})

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


_read: tuple[tuple[str, int, int], Ring] | None = None


def ring() -> Ring:
    """Return this installation's ring. It is read again when its file changed: keys rotate while we serve."""
    global _read
    path = str(settings.MASTER_KEY_FILE)
    found = os.stat(path)
    mark = (path, found.st_ino, found.st_mtime_ns)
    known = _read
    if known is None or known[0] != mark:
        known = _read = (mark, Ring.parsed(Path(path).read_text(encoding="ascii")))
    return known[1]
