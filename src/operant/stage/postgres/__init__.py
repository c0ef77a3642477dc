"""
PostgreSQL as somebody else's database: the driver that speaks to it in the process of a call (`stage.calls`).

Nouns: *session* (the connection of one call). Hard rules: one statement in a READ ONLY transaction that is always rolled
back, inside a SELECT of ours that bounds its rows and their size; nothing of ours stays behind in the session.
"""

from .database import Database

__all__ = ["Database"]
