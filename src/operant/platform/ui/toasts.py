"""Quiet messages: success goes away by itself and may carry an undo; failures stay until read."""

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo="


def done(request: HttpRequest, sentence: str, *, undo: str = "") -> None:
    """Say that something succeeded; `undo` is the address that takes it back by POST."""
    messages.success(request, sentence, extra_tags=f"{UNDO}{undo}" if undo else "")


def failed(request: HttpRequest, sentence: str) -> None:
    """Say that something failed; it stays until the person closes it."""
    messages.error(request, sentence)


def undo_of(message) -> str:
    """Return the address that undoes what a message reports, if there is one."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""
