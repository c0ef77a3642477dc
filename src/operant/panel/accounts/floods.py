"""
Guesses from many networks at many accounts: no limit of one network or one account sees them, only their sum does.

More failed sign-ins than an installation of people ever has are a *flood*. While it lasts, a right password alone enters
no account from a network where its owner never signed in: they also type a code from their mail. Nobody is refused for
it, so whoever makes a flood keeps nobody out. Who has a second factor, a passkey or an identity provider notices nothing.
"""

import hashlib
import logging

from django.http import HttpRequest

from . import origins, queries
from .models import Person, Tries

MOST, WITHIN = 300, 600
# Longer than a flood needs to be met again: otherwise each guess that grows old would open the door for a moment.
LASTS = 3600
COUNTED, FLOOD = (hashlib.sha256(f"accounts.flood:{each}".encode()).hexdigest() for each in ("counted", "on"))
log = logging.getLogger("operant.accounts")


def count() -> None:
    """Count a password that was wrong, wherever it came from and whosesoever it was."""
    if Tries.take(COUNTED, most=MOST, seconds=WITHIN) is None and Tries.take(FLOOD, most=1, seconds=LASTS):
        log.warning("Over %s sign-ins failed within ten minutes: new networks are asked for a code by mail.", MOST)


def is_on() -> bool:
    """Return whether a flood was met within the last hour."""
    return not Tries.are_left(FLOOD, most=1, seconds=LASTS)


def asks_for_code(request: HttpRequest, person: Person, *, shown: str) -> bool:
    """Return whether somebody who has `shown` this much types a code from their mail before they are let in."""
    if shown != "password" or queries.has_factor(person.pk) or not is_on():
        return False
    return not queries.is_known_from(person.email, origins.network_of(origins.client_ip(request)))
