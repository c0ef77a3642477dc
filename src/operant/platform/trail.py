"""
What the work at hand belongs to: the request or job, and the organization and person it is done for.

Log lines, error pages and the store of errors read it; whoever learns a fact notes it.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_facts: ContextVar[dict[str, Any] | None] = ContextVar("trail", default=None)


@contextmanager
def begin(**facts: Any) -> Iterator[dict[str, Any]]:
    """Begin a piece of work inside the block; it inherits what is known, and what is noted inside ends with it."""
    # One dict for the whole work: threads get a copy of the context, and what they note must reach whoever logs.
    mine = {**current(), **facts}
    token = _facts.set(mine)
    try:
        yield mine
    finally:
        _facts.reset(token)


def note(**facts: Any) -> None:
    """Add what became known about the work at hand; outside of any, nothing happens."""
    mine = _facts.get()
    if mine is not None:
        mine |= {name: value for name, value in facts.items() if value is not None}


def current() -> Mapping[str, Any]:
    """Return what is known about the work at hand."""
    return _facts.get() or {}


def request_id() -> str:
    """Return the id of the request that this work began with; empty when a clock began it."""
    return current().get("request_id", "")


def new_id() -> str:
    """Return an id for a request, short enough to be read out on the telephone."""
    return secrets.token_hex(6)
