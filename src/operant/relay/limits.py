"""How often something may be tried. Counted in the shared cache, so that every process counts the same tries."""

import hashlib
from datetime import datetime

from django.core.cache import cache

from operant.platform import clock
from operant.platform.refusals import TooMany


def take(name: str, who: object, *, most: int, seconds: int, sentence: str) -> str:
    """
    Take one of `most` tries that `who` has in any span of `seconds`, and return it for `give_back`.

    A try is a slot that empties by itself. Adding to the cache is atomic, so two requests never share a slot.

    :raises TooMany: when all are taken; it says when the next one is free.
    """
    keys = _slots(name, who, most)
    until = clock.now().timestamp() + seconds
    for key in keys:
        if cache.add(key, until, seconds):
            return key
    earliest = min(cache.get_many(keys).values(), default=until)
    wait = max(1, round(earliest - datetime.now(clock.now().tzinfo).timestamp()))
    raise TooMany(sentence, retry_after=min(wait, seconds))


def give_back(slot: str) -> None:
    """Let a try that succeeded not count."""
    cache.delete(slot)


def _slots(name: str, who: object, most: int) -> list[str]:
    digest = hashlib.sha256(f"{name}:{who}".encode()).hexdigest()[:32]
    return [f"relay:{digest}:{number}" for number in range(most)]
