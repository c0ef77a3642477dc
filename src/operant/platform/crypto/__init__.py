"""
Sealed values: AES-256-GCM under a ring of keys.

Nouns: *ring* (every key this installation knows; the first seals, all open), *context* (what a value is for; a value
sealed for one context does not open in another). Rule: a secret is sealed before it reaches a row, a file or a log.
"""

from .ring import BrokenSeal, Ring, ring

__all__ = ["BrokenSeal", "Ring", "ring", "seal", "unseal"]


def seal(value: bytes, *, context: str) -> bytes:
    """Return `value` encrypted under the first key, bound to `context`."""
    return ring().seal(value, context=context)


def unseal(value: bytes, *, context: str) -> bytes:
    """
    Return what `seal` was given.

    :raises BrokenSeal: when a byte changed, the context differs or the key is gone.
    """
    return ring().unseal(value, context=context)
