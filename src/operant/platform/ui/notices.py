"""Notices above every page of an organization, for those whom they concern: rooms say them in `apps.ready`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Notice:
    """One sentence, and where to act on it."""

    sentence: str
    url: str
    action: str


_providers: list[Callable[[HttpRequest], Notice | None]] = []


def register(provider: Callable[[HttpRequest], Notice | None]) -> None:
    """Let a room say something above every page of an organization; some of these open no scope."""
    _providers.append(provider)


def of(request: HttpRequest) -> list[Notice]:
    """Return what this person is told on this page."""
    return [notice for provider in _providers if (notice := provider(request))]
