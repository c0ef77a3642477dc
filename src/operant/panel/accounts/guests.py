"""Whether a browser came with an invitation that is open: rooms above know, and say so here."""

from collections.abc import Callable

from django.http import HttpRequest

_asked: list[Callable[[HttpRequest], bool]] = []


def register(provider: Callable[[HttpRequest], bool]) -> None:
    """Let a room say whether whoever makes a request was invited. Called outside any scope."""
    _asked.append(provider)


def is_invited(request: HttpRequest) -> bool:
    """Return whether whoever makes this request came with an invitation that is open."""
    return any(provider(request) for provider in _asked)
