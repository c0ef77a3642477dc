"""Who calls: stated here, and found out by the room that keeps tokens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any
from uuid import UUID

from operant.platform import tenancy
from operant.platform.events import Actor, acting


@dataclass(frozen=True)
class Pace:
    """How many requests a caller may make in any such span, how many are left, and when all are back or one is free."""

    limit: int
    span: timedelta
    remaining: int
    full_in: float
    wait: float = 0

    def headers(self) -> dict[str, str]:
        """Return the headers of draft-ietf-httpapi-ratelimit-headers, and Retry-After for whoever must wait."""
        found = {
            "RateLimit-Policy": f'"token";q={self.limit};w={round(self.span.total_seconds())}',
            "RateLimit": f'"token";r={self.remaining};t={ceil(self.wait or self.full_in)}',
        }
        return found | ({"Retry-After": str(self.retry_after)} if self.wait else {})

    @property
    def retry_after(self) -> int:
        """Whole seconds after which the next request is free."""
        return max(1, ceil(self.wait))


@dataclass(frozen=True)
class Caller:
    """
    A program with a good token: the organization it belongs to, whom it acts for, and what it may.

    `actor` is a person or a service account, with a name; `member` is what rules are asked with; `client` names the token
    without being it, and `label` is what it is called.
    """

    client: UUID
    label: str
    organization_id: UUID
    actor: Any
    member: Any
    scopes: frozenset[str]
    pace: Pace

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Open the scope of the caller's organization: the token acts, for its actor."""
        with acting(Actor("token", self.client, self.label)), tenancy.organization_scope(self.organization_id, self.actor.pk):
            yield
