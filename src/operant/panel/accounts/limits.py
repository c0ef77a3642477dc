"""
allauth's limits, counted in PostgreSQL in one statement each.

allauth keeps a list of instants in the cache, between a lock that every visitor of a busy account waits for and that a
killed process leaves behind. Two functions of `allauth.core.internal.ratelimit` are replaced, which has no door for
this; tests/test_limits.py pins what they rely on.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from allauth.core.exceptions import RateLimited
from allauth.core.internal import ratelimit as theirs
from allauth.core.internal.ratelimit import Rate
from django.http import HttpRequest

from . import origins
from .models import Tries

# Told of every refusal: the request, the action, and what the limit is of (`ip`, `network`, `key`, `user`).
REFUSED: list[Any] = []


@dataclass(frozen=True)
class Usage:
    """One try that was counted, as allauth takes it back."""

    key: str
    at: float

    def rollback(self) -> None:
        Tries.give_back(self.key, self.at)


def install() -> None:
    """Let allauth count here."""
    theirs._consume_single_rate = _consume
    theirs.clear = _clear


def _consume(
    request: HttpRequest, *, app: str, action: str, rate: Rate, key: str | None = None, user: Any = None,
    dry_run: bool = False, raise_exception: bool = False,
) -> Usage | None:
    kept = _key(request, app, action, rate, key, user)
    if dry_run:
        taken = 0.0 if Tries.are_left(kept, most=rate.amount, seconds=rate.duration) else None
    else:
        taken = Tries.take(kept, most=rate.amount, seconds=rate.duration)
    if taken is not None:
        return Usage(kept, taken)
    if not dry_run:
        for told in REFUSED:
            told(request, action, rate.per)
    if raise_exception:
        raise RateLimited
    return None


def _clear(
    request: HttpRequest, *, app: str, action: str, config: dict[str, str] | None = None, key: str | None = None,
    user: Any = None,
) -> None:
    for rate in theirs.get_rates(app=app, action=action, config=config):
        kept = _key(request, app, action, rate, key, user)
        if rate.per in {"key", "user"}:
            Tries.forget(kept)
        else:
            # Shared with others, whose tries stay counted: only the one that has just succeeded does not.
            Tries.give_back_last(kept)


def _key(request: HttpRequest, app: str, action: str, rate: Rate, key: str | None, user: Any) -> str:
    if rate.per == "network":
        who = origins.network_of(origins.client_ip(request))
    elif rate.per == "ip":
        who = theirs.get_ip(request)
    elif rate.per == "user":
        who = str((user or request.user).pk)
    else:
        who = str(key)
    return hashlib.sha256(f"{app}:{action}:{rate}:{who}".encode()).hexdigest()
