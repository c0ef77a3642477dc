"""Who acts: what every announcement says beside the fact itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from operant.platform import tenancy, trail

KINDS = ("person", "token", "screen", "job", "operator", "visitor")


@dataclass(frozen=True)
class Actor:
    """
    Who makes a fact true.

    A `person` is known by id, a `token` and a `screen` by id and label, a `job` and an `operator`'s command by label. A
    `visitor` is somebody who shows nothing of the kind. A label is the name of a thing and never of a person.
    """

    kind: str
    id: UUID | None = None
    label: str = ""


_acting: ContextVar[Actor | None] = ContextVar("who acts", default=None)
_address: ContextVar[str] = ContextVar("the address they come from", default="")
_names: dict[str, Callable[[UUID], str]] = {}


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Let everything announced inside the block be done by `actor`: a doorstep for others than people says so."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Note the network address that a request came from."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def name_people(called: Callable[[UUID], str]) -> None:
    """Let the room that knows people say what one is called. Asked once for each announcement that a person makes."""
    _names["person"] = called


def actor() -> Actor:
    """Return who acts here: whom the doorstep named, else the scope's person, the job, the command, or nobody known."""
    named, person_id, known = _acting.get(), tenancy.current_person_id(), trail.current()
    if named is not None:
        return named
    if person_id is not None:
        return Actor("person", person_id)
    if "job" in known:
        return Actor("job", label=known["job"])
    if "command" in known:
        return Actor("operator", label=known["command"])
    return Actor("visitor")


def personal(who: Actor) -> dict[str, str]:
    """Return what may be shown of an actor and is personal: a person's name at this time, and where a request came from."""
    name = _names["person"](who.id) if who.kind == "person" and who.id and _names else ""
    # What screens tell of themselves serves their care and nothing else.
    address = _address.get() if who.kind != "screen" else ""
    return {key: value for key, value in ((NAME, name), (ADDRESS, address)) if value}


NAME, ADDRESS = "actor.name", "actor.ip"
"""How they are called among an announcement's personal values; no field of an event has a dot."""
