"""Sentences above every page for whoever is signed in: rooms say them in `apps.ready`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Notice:
    """One sentence, and where to act on it, when there is something to do."""

    sentence: str
    url: str = ""
    action: str = ""


_providers: list[Callable[[HttpRequest], Notice | None]] = []


def register(provider: Callable[[HttpRequest], Notice | None]) -> None:
    """Let a room say something above every page. It is asked once for each page drawn whole, often outside any scope."""
    _providers.append(provider)


def of(request: HttpRequest) -> list[Notice]:
    """Return what this person is told on this page."""
    return [notice for provider in _providers if (notice := provider(request))]
