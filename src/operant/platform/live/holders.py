"""
Whose page a stream serves: it ends when that session does.

A token of topics that is made while a page is written for a session names it, as one more topic. A hint under it, or a
connection that was lost, lets the stream ask whether the session still stands. Who knows sessions registers that.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

from operant.platform.events.hints import CHANNEL

PREFIX = "session/"
_holder: ContextVar[Callable[[], str | None] | None] = ContextVar("holder", default=None)
_asked: list[Callable[[str], Awaitable[bool]]] = []


def register(stands: Callable[[str], Awaitable[bool]]) -> None:
    """Let a room say whether the session of this name still stands."""
    _asked.append(stands)


@contextmanager
def held_by(name: Callable[[], str | None]) -> Iterator[None]:
    """Let tokens that are made inside the block end with the session that `name` gives, if it gives one."""
    token = _holder.set(name)
    try:
        yield
    finally:
        _holder.reset(token)


def topics() -> list[str]:
    """Return what a token that is made here names besides its topics."""
    asked = _holder.get()
    name = asked() if asked else None
    return [PREFIX + name] if name else []


def check(*names: object) -> None:
    """Let the streams of these sessions ask, once this transaction commits, whether theirs still stands."""
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{PREFIX}{name}"])


async def stands(topic: str) -> bool:
    """Return whether the session that a topic names still stands."""
    return all([await asked(topic.removeprefix(PREFIX)) for asked in _asked])
