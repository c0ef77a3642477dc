"""A question that somebody asks a source and waits for: a preview, or a program's. Its answer is not kept, its run is logged."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from operant.panel.accounts.models import Person
from operant.platform import clock
from operant.platform.afterwards import afterwards
from operant.platform.files.sandbox import Limits, SandboxRefusal
from operant.platform.refusals import Refusal, TooMany

from . import actions, binding, budgets, engine, queries, turns
from .models import Source

# Each may be as large as a result, and steps are tried on one at a time.
MOST_RECENT, RECENT_SECONDS = 3, 60
FAULT = "The data could not be read because of a fault in Operant. Try again."


class Fault(SandboxRefusal):
    """A fault of ours, which stands in the log of errors."""

    status = 500
    code = "fault"


@dataclass(frozen=True)
class Asker:
    """Who asks: `scope` opens their organization's, and `cause` is what the log says of why."""

    organization_id: UUID
    person: Person
    scope: Callable[[], AbstractContextManager]
    cause: str


def ask(
    asker: Asker, source_id: UUID, sql: Callable[[Source], str], limits: Limits, given: binding.Given = (), *,
    again: bool = True,
) -> engine.Outcome:
    """
    Return the answer to what `sql` says of a source, with the values of its parameters. Never inside a scope.

    Unless it is to be asked `again`, the answer of a moment ago will do.

    :raises NotFound: when there is no such source, or `sql` says so of something else.
    :raises Refusal: when it has no data yet.
    :raises SandboxRefusal: when the query is wrong, too slow or too big, or the source cannot be reached.
    :raises TooMany: when too many of the organization's queries wait already, or the source's budget is spent.
    """
    with asker.scope():
        source = _readable(source_id)
        place, text = queries.place(source), sql(source)
        key = queries.key(source.pk, text, binding.used(text, given))
        recent = f"{key}|{limits}|{source.read_at}"
        if not again and (outcome := _recent.get(recent)):
            return outcome
        if held := budgets.held(source):
            wait = (held.until - clock.now()).total_seconds()
            raise TooMany(held.sentence, retry_after=max(1, round(wait)))
    log = _Log(asker, source_id, key, is_counted=source.has_budget)
    with turns.turn(asker.organization_id, seconds=limits.seconds):
        started = time.perf_counter()
        try:
            outcome = engine.ask(place, text, limits, given)
        except SandboxRefusal as refused:
            log.note(engine.failed(refused.message, started))
            raise
        except Exception:
            engine.log.exception("A query could not be run.")
            log.note(engine.failed(engine.OUR_FAULT, started))
            raise Fault(FAULT) from None
    log.note(outcome)
    _recent.put(recent, outcome)
    return outcome


class _Recent:
    """The last few answers of this process, while somebody tries steps on them."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, engine.Outcome]] = {}
        self._guard = threading.Lock()

    def get(self, key: str) -> engine.Outcome | None:
        with self._guard:
            at, outcome = self._kept.get(key, (0.0, None))
        return outcome if outcome and at > time.monotonic() - RECENT_SECONDS else None

    def put(self, key: str, outcome: engine.Outcome) -> None:
        with self._guard:
            self._kept.pop(key, None)
            self._kept[key] = time.monotonic(), outcome
            while len(self._kept) > MOST_RECENT:
                del self._kept[next(iter(self._kept))]


_recent = _Recent()


def _readable(source_id: UUID) -> Source:
    source = queries.asked_source(source_id)
    if not source.has_data:
        raise Refusal(f"{source.name} has no data yet. Its {source.noun} is still being read, or could not be.")
    return source


@dataclass(frozen=True)
class _Log:
    """
    What the log of runs says of one question: written when the answer was sent, since nobody waits for it.

    Where the source has a budget, runs are counted by the log: there it is written before.
    """

    asker: Asker
    source_id: UUID
    key: str
    is_counted: bool

    def note(self, outcome: engine.Outcome) -> None:
        if self.is_counted:
            self._write(outcome)
        else:
            afterwards(lambda: self._write(outcome), first=True)

    def _write(self, outcome: engine.Outcome) -> None:
        with self.asker.scope():
            # It may have been deleted while it was asked.
            if queries.is_here(self.source_id):
                actions.log_question(
                    source_id=self.source_id, key=self.key, cause=self.asker.cause, outcome=outcome, by=self.asker.person
                )
