"""
What the work at hand belongs to: the request or job, and the organization and person it is done for.

Log lines, error pages and the store of errors read it; whoever learns a fact notes it.
"""

import random
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

_facts: ContextVar[dict[str, Any] | None] = ContextVar("trail", default=None)


class begin:  # noqa: N801  it reads as a verb, and a generator would cost each request twice as much
    """Begin a piece of work inside the block; it inherits what is known, and what is noted inside ends with it."""

    __slots__ = ("_facts", "_token")

    def __init__(self, **facts: Any) -> None:
        self._facts = facts

    def __enter__(self) -> dict[str, Any]:
        # One dict for the whole work: threads get a copy of the context, and what they note must reach whoever logs.
        inherited = _facts.get()
        mine = {**inherited, **self._facts} if inherited else self._facts
        self._token = _facts.set(mine)
        return mine

    def __exit__(self, *failure: object) -> None:
        _facts.reset(self._token)


def note(**facts: Any) -> None:
    """Add what became known about the work at hand; outside of any, nothing happens."""
    mine = _facts.get()
    if mine is not None:
        mine.update(facts)


def current() -> Mapping[str, Any]:
    """Return what is known about the work at hand."""
    return _facts.get() or {}


def request_id() -> str:
    """Return the id of the request that this work began with; empty when a clock began it."""
    return current().get("request_id", "")


def new_id() -> str:
    """Return an id for a request, short enough to be read out on the telephone. It opens nothing, so it may be guessed."""
    return f"{random.getrandbits(48):012x}"
