"""Who demands a second factor of a person: rooms above know, and say so here."""

from collections.abc import Callable
from uuid import UUID

_asked: list[Callable[[UUID], list[str]]] = []


def register(provider: Callable[[UUID], list[str]]) -> None:
    """Let a room say by name who demands a second factor of a person. Called outside any scope."""
    _asked.append(provider)


def of(person_id: UUID) -> list[str]:
    """Return the names of those who demand a second factor of this person."""
    return [name for provider in _asked for name in provider(person_id)]
