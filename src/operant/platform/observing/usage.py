"""
Which parts of the house are used: by organization, feature and day, never by person.

A feature is the name of a route inside an organization: a closed vocabulary, declared once when addresses are read.
What was counted waits in this process and is written by a thread of its own, some seconds later: one row for an
organization, a day and a feature, however often it was used.
"""

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

from django.db import Error, connection, connections

from operant.platform import clock, retention, tenancy

log = logging.getLogger("operant.observing")
KEPT = retention.keep(
    "usage", "Which features an organization used, by day", kept=timedelta(days=90), since="after the day",
    chore="observing.forget_usage",
)  # fmt: skip
WRITTEN_EVERY = 15.0
ADD = """
    INSERT INTO observing_usage (id, organization_id, day, feature, uses)
    SELECT gen_random_uuid(), %s, * FROM unnest(%s::date[], %s::text[], %s::bigint[])
    ON CONFLICT (organization_id, day, feature) DO UPDATE SET uses = observing_usage.uses + excluded.uses"""

_vocabulary: frozenset[str] = frozenset()


class UnknownFeature(LookupError):
    """Something was to be counted under a name that nobody declared."""


def declare(names: Iterable[str]) -> None:
    """Say once which features there are."""
    global _vocabulary
    _vocabulary = frozenset(names)


def is_feature(name: str | None) -> bool:
    """Return whether a feature of this name was declared."""
    return name in _vocabulary


class Tally:
    """What was used in this process and is not written yet."""

    def __init__(self) -> None:
        self._waiting: Counter[tuple[UUID, date, str]] = Counter()
        self._lock, self._stop = threading.Lock(), threading.Event()

    def count(self, organization_id: UUID, feature: str) -> None:
        """
        Count one use; it is written soon.

        :raises UnknownFeature: when the vocabulary has no such name.
        """
        if not is_feature(feature):
            raise UnknownFeature(f"{feature} is no feature: only names of routes inside an organization are.")
        with self._lock:
            self._waiting[organization_id, clock.now().date(), feature] += 1

    def write(self) -> int:
        """Write what waits, each organization in its own scope, and return how many rows that touched. The rest waits on."""
        with self._lock:
            left, self._waiting = self._waiting, Counter()
        written = 0
        try:
            for organization_id in {key[0] for key in left}:
                mine = {key: number for key, number in left.items() if key[0] == organization_id}
                _add(organization_id, mine)
                written += len(mine)
                left = left - Counter(mine)
        finally:
            with self._lock:
                self._waiting.update(left)
        return written

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write inside the block what is counted there, in a thread."""
        self._stop.clear()
        thread = threading.Thread(target=self._run, name="usage", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(5)

    def _run(self) -> None:
        stopped = False
        while not stopped:
            stopped = self._stop.wait(WRITTEN_EVERY)
            try:
                self.write()
            except Error as error:
                log.warning("What was used could not be written down (%s); trying again.", type(error).__name__)
            finally:
                connections.close_all()


tally = Tally()


def forget() -> None:
    """Remove what the organization in scope used longer ago than usage is kept."""
    from .models import Usage  # the package is imported before models are ready

    Usage.objects.filter(day__lt=KEPT.cutoff.date()).delete()


def _add(organization_id: UUID, used: dict[tuple[UUID, date, str], int]) -> None:
    columns = [[key[1] for key in used], [key[2] for key in used], list(used.values())]
    with tenancy.organization_scope(organization_id), connection.cursor() as cursor:
        cursor.execute(ADD, [organization_id, *columns])
