"""Trying a pairing code, from any doorstep: what is refused must count, so it happens outside a scope."""

from django.http import HttpRequest

from operant.panel.accounts.adapter import client_ip
from operant.panel.accounts.models import Person

from . import limits
from .models import Pairing
from .queries import devices

TRIES = {
    "most": 5,
    "seconds": 60,
    "sentence": "Five codes were tried within a minute. Wait a minute, then type the code that the screen shows now.",
}


def known_device(request: HttpRequest, person: Person, code: str) -> Pairing | None:
    """
    Return the device that shows a code, or None. A code that is right counts as no try.

    :raises TooMany: when this person, or this address, has tried five times within a minute.
    """
    slots = [limits.take("code", who, **TRIES) for who in (f"person {person.pk}", f"address {client_ip(request)}")]
    device = devices.by_code(code)
    if device:
        for slot in slots:
            limits.give_back(slot)
    return device
