"""
The event spine: a fact is declared once, and everything that follows from it is derived.

Nouns: *event* (a class per fact, past tense), *told* (who learns of it and how), *reaction* (what a higher room
does), *announcement* (an event as it happened: when, by whom, about what). Rules: names are
`room.noun.past_participle`; fields are only added; `announce` needs an open scope.
"""

from .actors import Actor, acting
from .announcing import announce
from .declaring import CATALOGUE, CONCERNED, Day, Event, Figure, Instant, Personal, Private, Told
from .reacting import hears, reacts_to

__all__ = [
    "CATALOGUE", "CONCERNED", "Actor", "Day", "Event", "Figure", "Instant", "Personal", "Private", "Told", "acting", "announce",
    "hears", "reacts_to",
]  # fmt: skip
