"""How the worker does, as this process sees it: what it gets done counts, and not only that it beats."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Literal

from operant.platform import clock
from operant.platform.observing import figures
from operant.platform.queue import progress, starts
from operant.platform.queue.progress import CLOCK, Line

SILENT_AFTER = timedelta(seconds=60)
FALLS = 3
LATE_FROM, BEHIND_FROM = timedelta(seconds=60), timedelta(minutes=5)
WELL_FOR = timedelta(minutes=2)


@dataclass(frozen=True)
class Trouble:
    """
    Why nothing, or nearly nothing, is done.

    The worker is `silent`; it is `falling` soon after each start; or it beats while some of its work is `still`.
    """

    how: Literal["silent", "falling", "still"]
    since: datetime
    falls: int = 0
    what: str = ""


@dataclass
class Watcher:
    """
    What one process has seen of the worker, look by look.

    Only what it saw itself counts: an old beat, or an old job, may only mean that nobody looked. `trouble` stands until all
    of it is over, nothing is late any more and that stayed so for `WELL_FOR`; `is_over` says that this is being waited for.
    """

    trouble: Trouble | None = None
    is_over: bool = False
    behind_for: timedelta = timedelta()
    _alive_at: float | None = None
    _well_since: float | None = None
    _marks: dict[str, tuple[object, int, float]] = field(default_factory=dict)

    def look(self) -> Trouble | None:
        """Look once, and return what is wrong right now."""
        ticks, lines = monotonic(), progress.lines()
        found = self._silent(ticks) or _falling() or self._still(lines, ticks)
        late_for = max((each.overdue_for for each in lines), default=timedelta())
        self.behind_for = late_for if found is None and late_for >= BEHIND_FROM else timedelta()
        if found is not None or late_for >= LATE_FROM:
            self._well_since = None
        elif self._well_since is None:
            self._well_since = ticks
        self.trouble, self.is_over = (found or self.trouble), found is None
        if self.is_well:
            self.trouble = None
        return found

    @property
    def is_well(self) -> bool:
        """Whether nothing was wrong or late for long enough to be believed."""
        return self._well_since is not None and monotonic() - self._well_since >= WELL_FOR.total_seconds()

    def _silent(self, ticks: float) -> Trouble | None:
        age = figures.worker_silent_for()
        if age is not None and age < SILENT_AFTER.total_seconds():
            self._alive_at = ticks - age
            return None
        # One that ended as it should leaves nothing behind, and neither does one that never was.
        self._alive_at = ticks if self._alive_at is None else self._alive_at
        if ticks - self._alive_at < SILENT_AFTER.total_seconds():
            return None
        if self.trouble and self.trouble.how == "silent":
            return self.trouble
        return Trouble("silent", clock.now() - (SILENT_AFTER if age is None else timedelta(seconds=age)))

    def _still(self, lines: list[Line], ticks: float) -> Trouble | None:
        """Return what is overdue and was not moved by anybody for as long as it may be: the longest overdue of it."""
        for each in lines:
            mark, left, since = self._marks.get(each.name, (None, 0, 0.0))
            is_moved = mark != each.mark or each.left < left or not each.overdue_for
            self._marks[each.name] = (each.mark, each.left, ticks if is_moved else since)
        still = [each for each in lines if self._stands(each, ticks)]
        if not still:
            return None
        first = max(still, key=lambda each: (each.name == CLOCK, each.overdue_for))
        return Trouble("still", clock.now() - first.overdue_for, what=_words(first.name))

    def _stands(self, line: Line, ticks: float) -> bool:
        stood_for = timedelta(seconds=ticks - self._marks[line.name][2])
        return min(stood_for, line.overdue_for) >= line.patience


def _falling() -> Trouble | None:
    fell = starts.falls()
    return Trouble("falling", fell[0], falls=len(fell)) if len(fell) >= FALLS else None


def _words(name: str) -> str:
    known = {CLOCK: "its clock finds nothing that is due", "jobs": "its short jobs wait"}
    return known.get(name, f"what is due of the kind “{name}” waits")
