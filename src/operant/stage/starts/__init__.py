"""
What somebody can start from: dashboards that fit the columns of a table, best first.

Nouns: *start* (a kind of first dashboard), *role* (what a column is good for: a moment, a measure, a category, a status, a
person), *slot* (a column that a start needs), *profile* (what was read of a table: how many different values, from when to when).
Rules: a start is offered only where columns fit it; it says which ones it uses, and each can be another one; numbers that
name things are never added up; what a start becomes depends on nothing but what was chosen, so that preview and dashboard are one.
"""

from .choosing import Choice, chosen
from .gallery import Offer, described, offers, status_of, suited
from .profile import Profile, question, read, values_question

__all__ = [
    "Choice", "Offer", "Profile", "chosen", "described", "offers", "question", "read", "status_of", "suited", "values_question",
]  # fmt: skip
