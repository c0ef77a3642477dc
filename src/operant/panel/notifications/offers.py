"""What a mail offers to do about a fact: rooms say it by the fact's name, as links that are the right by themselves."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from operant.platform.events.models import Announcement


class Offer(NamedTuple):
    """One link, and what it does, in a few words. Whoever follows it is asked first: machines look at links in mails."""

    words: str
    address: str


Offering = Callable[[Announcement, UUID], list[Offer]]
_offering: dict[str, Offering] = {}


def register(name: str, offering: Offering) -> None:
    """Let a room say what a mail about facts of this name offers to the person it is for."""
    _offering[name] = offering


def of(announcement: Announcement, person_id: UUID) -> list[Offer]:
    """Return what is offered to a person about a fact."""
    offering = _offering.get(announcement.name)
    return offering(announcement, person_id) if offering else []
