"""What every driver does on its way to a session: address by address, and each step told once."""

import time
from collections.abc import Callable
from typing import TypeVar

from ..stepping import Unreachable
from . import complaints
from .database import Database, Place

Reached = Callable[[str], None]
Opened = TypeVar("Opened")


def once(reached: Reached) -> Reached:
    """Return what tells each step one time only: the next address begins anew."""
    told = set()

    def tell(step: str) -> None:
        if step not in told:
            told.add(step)
            reached(step)

    return tell


def first(database: Database, place: Place, connect: Callable[[str, float], Opened]) -> Opened:
    """
    Return what `connect` gives for the first address that answers; it is told until when it may take.

    :raises Unreachable: when none does. Only one that cannot be connected to gives way to the next.
    """
    deadline = time.monotonic() + place.seconds
    failure = None
    for number, address in enumerate(place.addresses):
        left = len(place.addresses) - number
        try:
            return connect(address, time.monotonic() + (deadline - time.monotonic()) / left)
        except Unreachable as error:
            failure = error
            if error.step != "connect":
                break
    raise failure or complaints.of_silence("connect", database)
