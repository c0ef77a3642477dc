from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from .declaring import Event

if TYPE_CHECKING:
    from .models import Announcement

Listener = Callable[["Announcement"], None]
_BY_EVENT: dict[type[Event], list[str]] = defaultdict(list)
_BY_KIND: list[tuple[Callable[[type[Event]], bool], str]] = []
_BY_NAME: dict[str, Listener] = {}


def reacts_to(*events: type[Event]) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Call the function once for each announced event of these classes, after its commit, in the event's scope."""

    def register(function: Callable[[Event], None]) -> Callable[[Event], None]:
        name = _named(function, lambda announcement: function(announcement.event()))
        for event in events:
            _BY_EVENT[event].append(name)
        return function

    return register


def hears(kind: Callable[[type[Event]], bool]) -> Callable[[Listener], Listener]:
    """
    Call the function once for each announcement whose event's class is of this kind, after its commit, in its scope.

    For what follows from the catalogue itself, whatever rooms will put into it.
    """

    def register(function: Listener) -> Listener:
        _BY_KIND.append((kind, _named(function, function)))
        return function

    return register


def listeners(event: type[Event]) -> list[str]:
    """Return the names of everything that reacts to an event class."""
    return [*_BY_EVENT[event], *(name for kind, name in _BY_KIND if kind(event))]


def named(listener: str) -> Listener:
    """Return the function behind a listener's name."""
    return _BY_NAME[listener]


def _named(function: Callable[..., None], listener: Listener) -> str:
    name = f"{function.__module__}.{function.__name__}"
    _BY_NAME[name] = listener
    return name
