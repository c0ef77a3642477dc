"""
Whose page a stream serves: it ends when that session does, and when that membership does or has another role.

A token of topics that is made while a page is written for somebody names both, as more topics. A hint under one, or a
connection that was lost, lets the stream ask whether it still stands. Who knows sessions and members registers that.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from operant.platform.events.hints import tell

Name = Callable[[], str | None]
SESSION, MEMBER = PREFIXES = ("session/", "member/")
_holders: ContextVar[tuple[tuple[str, Name], ...]] = ContextVar("holders", default=())
_asked: dict[str, Callable[[str], Awaitable[bool]]] = {}


def register(kind: str, stands: Callable[[str], Awaitable[bool]]) -> None:
    """Let a room say whether the session, or the member, of this name still stands."""
    _asked[kind] = stands


@contextmanager
def held_by(kind: str, name: Name) -> Iterator[None]:
    """Let tokens that are made inside the block end with the session or member that `name` gives, if it gives one."""
    token = _holders.set((*_holders.get(), (kind, name)))
    try:
        yield
    finally:
        _holders.reset(token)


def topics() -> list[str]:
    """Return what a token that is made here names besides its topics."""
    return [kind + name for kind, asked in _holders.get() if (name := asked())]


def check(kind: str, *names: object) -> None:
    """Let the streams of these sessions or members ask, once this transaction commits, whether theirs still stands."""
    tell(f"{kind}{name}" for name in names)


async def stand(topics: frozenset[str]) -> bool:
    """Return whether whoever these topics name still stands."""
    named = ((kind, topic) for topic in topics for kind in PREFIXES if topic.startswith(kind))
    return all([await _asked[kind](topic.removeprefix(kind)) for kind, topic in named])
