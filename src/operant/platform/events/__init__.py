"""
The event spine: a fact is declared once, and everything that follows from it is derived.

Nouns: *event* (a class per fact, past tense), *told* (who learns of it and how), *reaction* (what a higher room
does). Rules: names are `room.noun.past_participle`; fields are only added; `announce` needs an open scope.
"""

from .actors import Actor, acting
from .announcing import announce
from .declaring import CATALOGUE, Event, Personal, Private, Told
from .reacting import reacts_to

__all__ = ["CATALOGUE", "Actor", "Event", "Personal", "Private", "Told", "acting", "announce", "reacts_to"]
