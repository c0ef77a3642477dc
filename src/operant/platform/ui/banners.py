"""Sentences above every page for whoever is signed in: rooms say what they have to say."""

from collections.abc import Callable

from django.http import HttpRequest

_speakers: list[Callable[[HttpRequest], str]] = []


def register(speaker: Callable[[HttpRequest], str]) -> None:
    """Let a room say a sentence above every page, or nothing. It is asked once for each page that is drawn whole."""
    _speakers.append(speaker)


def said(request: HttpRequest) -> list[str]:
    """Return what is to be said above this page."""
    return [words for speaker in _speakers if (words := speaker(request))]
