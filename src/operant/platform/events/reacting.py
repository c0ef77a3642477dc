from collections import defaultdict
from collections.abc import Callable

from .declaring import Event

Listener = Callable[[Event], None]
_BY_EVENT: dict[type[Event], list[str]] = defaultdict(list)
_BY_NAME: dict[str, Listener] = {}


def reacts_to(*events: type[Event]) -> Callable[[Listener], Listener]:
    """Call the function once for each announced event of these classes, after its commit, in the event's scope."""

    def register(function: Listener) -> Listener:
        name = f"{function.__module__}.{function.__name__}"
        _BY_NAME[name] = function
        for event in events:
            _BY_EVENT[event].append(name)
        return function

    return register


def listeners(event: type[Event]) -> list[str]:
    """Return the names of everything that reacts to an event class."""
    return list(_BY_EVENT[event])


def named(listener: str) -> Listener:
    """Return the function behind a listener's name."""
    return _BY_NAME[listener]
