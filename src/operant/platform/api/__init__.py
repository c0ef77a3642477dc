"""
What every room's `rest.py` stands on: endpoints, problems, pages with cursors, idempotency keys, the contract.

Nouns: *caller* (a program that showed a good token), *endpoint* (one verb of one room over JSON), *problem* (a failure
as RFC 9457 writes it), *answer* (what a POST with an idempotency key was told, kept for a day). Rules: an endpoint is
one scope and one action; it refuses through `Refusal`, and nothing but `problems` writes a failure; what was answered
is kept in the transaction of its effect.
"""

from .callers import Caller, Pace
from .paging import Page, Paging
from .routes import Query, Routes, Upload
from .scopes import scopes
from .shapes import Body, Change, Email, GivenInstant, Id, Instant, Raw, Shape, Storable, Text

__all__ = [
    "Body", "Caller", "Change", "Email", "GivenInstant", "Id", "Instant", "Pace", "Page", "Paging", "Query", "Raw", "Routes",
    "Shape", "Storable", "Text", "Upload", "scopes",
]  # fmt: skip
