"""
How often links were opened, many openings in one write: a link in the news is one row, and each write waits for the one before.

An opening is written when its answer was sent. Those that come while one of the same link is written go together with the next
write of this process: nothing waits for a clock, and nobody for a write.
"""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from operant.platform.afterwards import afterwards

Write = Callable[[int], Any]


class Openings:
    """What this process counted and has not written yet."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: Counter[UUID] = Counter()
        self._written: set[UUID] = set()

    def count(self, share_id: UUID, write: Write) -> None:
        """Count one opening; `write` is called with how many there are, once the answer was sent."""
        with self._guard:
            self._waiting[share_id] += 1
        afterwards(lambda: self._write(share_id, write), first=True)

    def _write(self, share_id: UUID, write: Write) -> None:
        with self._guard:
            if share_id in self._written:
                return  # whoever writes now goes on until none waits
            self._written.add(share_id)
        while count := self._taken(share_id):
            try:
                write(count)
            except BaseException:
                self._put_back(share_id, count)
                raise

    def _taken(self, share_id: UUID) -> int:
        with self._guard:
            count = self._waiting.pop(share_id, 0)
            if not count:
                self._written.discard(share_id)
            return count

    def _put_back(self, share_id: UUID, count: int) -> None:
        with self._guard:
            self._waiting[share_id] += count
            self._written.discard(share_id)


OPENINGS = Openings()
