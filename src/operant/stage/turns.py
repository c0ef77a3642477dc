"""
Whose turn it is at the sandbox while people wait for an answer.

Its places are few and shared by every organization of a process. One organization has one of them at a time, so
another's query never stands behind a crowd of the first one's.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from operant.platform.refusals import TooMany

MOST_WAITING = 6


@dataclass
class _Line:
    place: threading.Lock = field(default_factory=threading.Lock)
    people: int = 0


_lines: dict[UUID, _Line] = {}
_guard = threading.Lock()


@contextmanager
def turn(organization_id: UUID, *, seconds: float) -> Iterator[None]:
    """
    Wait for the organization's turn, and hold it inside the block. Never inside a scope.

    :raises TooMany: when too many of its queries wait already, or none ended within `seconds`.
    """
    give_connection_back()
    line = _joined(organization_id)
    try:
        if not line.place.acquire(timeout=seconds):
            raise _crowded()
        try:
            yield
        finally:
            line.place.release()
    finally:
        _left(organization_id, line)


def give_connection_back() -> None:
    """Leave this thread's connection to Operant's own database to others while something slow is waited for."""
    # Twenty threads that wait would hold every connection of the process.
    if not connection.in_atomic_block:
        connection.close()


def _joined(organization_id: UUID) -> _Line:
    with _guard:
        line = _lines.setdefault(organization_id, _Line())
        if line.people > MOST_WAITING:
            raise _crowded()
        line.people += 1
        return line


def _left(organization_id: UUID, line: _Line) -> None:
    with _guard:
        line.people -= 1
        if not line.people:
            del _lines[organization_id]


def _crowded() -> TooMany:
    return TooMany("Other queries of your organization are still running. Try again in a moment.", retry_after=5)
