"""
The store of errors: whatever is logged as an error is grouped by type and place, and counted.

Records wait in this process and are written by a thread with a connection of its own, about once a second. So it works
whatever became of the transaction that failed, a flood is one row with a count, and nothing of it can fail a request.
"""

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections
from prometheus_client import Counter

import operant
from operant.platform import clock, retention, scrubbing, trail

from . import logs, stacks

log = logging.getLogger("operant.observing")
LOGGED = Counter("operant_errors", "Errors logged by this process.")
LOST = Counter("operant_errors_lost", "Errors that were counted nowhere else: too many kinds at a time.")
MOST_WAITING, MOST_KEPT = 100, 1000
KEPT = retention.keep(
    "errors", "Errors, grouped and without anybody's values", kept=timedelta(days=90), since="after they last happened",
    chore="observing.forget",
)  # fmt: skip
GATHER_SECONDS, RETRY_SECONDS = 1.0, 10.0


@dataclass(frozen=True)
class Occurrence:
    """One error, or several of the same type at the same place."""

    kind: str
    message: str
    place: str
    doing: str
    stack: str
    request_id: str
    at: datetime
    count: int = 1

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(f"{self.kind}\n{self.place}".encode()).hexdigest()


class Keeping(logging.Handler):
    """Hands every error that is logged to the store of this process."""

    def emit(self, record: logging.LogRecord) -> None:
        # What writing itself has to say would come around for ever.
        if record.name == log.name or threading.current_thread() is keeper.thread:
            return
        try:
            keeper.add(_occurrence(record))
        except Exception:
            self.handleError(record)


class Keeper:
    """What this process has seen and not written yet."""

    def __init__(self) -> None:
        self.thread: threading.Thread | None = None
        self._waiting: dict[str, Occurrence] = {}
        self._lock = threading.Lock()
        self._some, self._stop = threading.Event(), threading.Event()

    def add(self, seen: Occurrence) -> None:
        """Count an error; it is written soon."""
        LOGGED.inc(seen.count)
        self._wait(seen)

    def write(self) -> int:
        """Write what waits, and return how many kinds that were. What cannot be written waits on."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
            self._some.clear()
        left = list(taken.values())
        try:
            while left:
                _count(left[-1])
                left.pop()
        finally:
            for each in left:
                self._wait(each)
        return len(taken)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write inside the block what is logged there, in a thread."""
        self._stop.clear()
        self.thread = threading.Thread(target=self._run, name="errors", daemon=True)
        self.thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._some.set()
            self.thread.join(5)
            self.thread = None

    def _wait(self, seen: Occurrence) -> None:
        with self._lock:
            before = self._waiting.get(seen.fingerprint)
            if before is None and len(self._waiting) >= MOST_WAITING:
                LOST.inc(seen.count)
                return
            self._waiting[seen.fingerprint] = replace(seen, count=seen.count + before.count) if before else seen
        self._some.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._some.wait()
            self._stop.wait(GATHER_SECONDS)
            if not self._written():
                self._stop.wait(RETRY_SECONDS)
        # What came since, or could not be written then: nobody else will.
        self._written()

    def _written(self) -> bool:
        try:
            self.write()
        except Exception as error:
            log.warning("Errors could not be written down (%s).", type(error).__name__)
            return False
        finally:
            connections.close_all()
        return True


keeper = Keeper()


def latest(*, solved: bool = False):
    """Return the failures that are open, or those that were solved, the newest first."""
    from .models import Failure  # logging is set up before models can be loaded

    return Failure.objects.filter(solved_at__isnull=not solved).order_by("-last_at")


def failure(identity: UUID):
    """Return one failure, or None."""
    from .models import Failure

    return Failure.objects.filter(pk=identity).first()


def solve(identity: UUID) -> bool:
    """Mark a failure as solved; return whether it was open."""
    return bool(latest().filter(pk=identity).update(solved_at=clock.now()))


def forget() -> None:
    """Remove what has not happened for 90 days, and more kinds than anybody reads."""
    from .models import Failure

    Failure.objects.filter(last_at__lt=KEPT.cutoff).delete()
    newest = Failure.objects.order_by("-last_at").values("pk")[:MOST_KEPT]
    Failure.objects.exclude(pk__in=newest).delete()


def _occurrence(record: logging.LogRecord) -> Occurrence:
    known = trail.current()
    error = record.exc_info[1] if record.exc_info else None
    return Occurrence(
        kind=(stacks.kind(error) if error else record.name)[:120],
        message=(scrubbing.sentence(error) if error else logs.event(record))[:300],
        place=(stacks.place(error) if error else scrubbing.foreign(str(record.msg)))[:200],
        doing=str(known.get("job") or known.get("route") or "")[:200],
        stack="\n".join(stacks.lines(error)) if error else "",
        request_id=str(known.get("request_id", ""))[:64],
        at=clock.now(),
    )


def _count(seen: Occurrence) -> None:
    from django.db import IntegrityError, transaction

    from .models import Failure

    if not _counted(seen):
        try:
            with transaction.atomic():
                Failure.objects.create(
                    fingerprint=seen.fingerprint, kind=seen.kind, place=seen.place, first_at=seen.at, **_newest(seen),
                    count=seen.count,
                )  # fmt: skip
        except IntegrityError:
            _counted(seen)  # another process was faster


def _counted(seen: Occurrence) -> bool:
    from django.db.models import F

    from .models import Failure

    found = Failure.objects.filter(fingerprint=seen.fingerprint)
    return bool(found.update(count=F("count") + seen.count, solved_at=None, **_newest(seen)))


def _newest(seen: Occurrence) -> dict[str, object]:
    return {
        "message": seen.message, "doing": seen.doing, "stack": seen.stack, "request_id": seen.request_id,
        "release": operant.__version__, "last_at": seen.at,
    }  # fmt: skip
