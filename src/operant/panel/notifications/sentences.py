"""The sentence of a fact as it stands in inboxes, subjects and mails: one line, whatever names people chose."""

import unicodedata

from django.utils.text import Truncator

from operant.platform.events.models import Announcement

LONGEST = 300


def of(announcement: Announcement) -> str:
    """Return the sentence of a fact."""
    return tidy(announcement.event().sentence())


def tidy(text: str) -> str:
    """Return a text in one line of bearable length, without what would turn the direction of the words around it."""
    kept = (" " if unicodedata.category(letter) == "Cc" else letter for letter in text if not _turns(letter))
    return Truncator(" ".join("".join(kept).split())).chars(LONGEST)


def _turns(letter: str) -> bool:
    return letter in "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
