from datetime import timedelta
from uuid import UUID

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock, retention

from .. import budgets, logbook
from ..engine import Outcome
from ..models import WATCHED_FOR, Dashboard, LoggedRun, Result, Viewer

KEPT = retention.keep(
    "runs", "The log of runs: when data sources were asked, why and what came of it", kept=timedelta(days=14),
    since="after they ended", chore="stage.forget_runs",
)  # fmt: skip
VIEWERS_KEPT = retention.keep(
    "viewers", "That a dashboard is open in some browser", kept=timedelta(days=1), since="after it was last seen there",
    chore="stage.forget_runs",
)  # fmt: skip


def log_run(*, row: Result, keys: list[str], cause: str, outcome: Outcome) -> None:
    """This function will note that a result was asked for, and who watches it, or others from the same run, at this moment."""
    watchers = logbook.watchers(row.source_id, keys, row.sql)
    LoggedRun.objects.create(
        source_id=row.source_id, key=logbook.asked_key(row), cause=cause, duration_ms=outcome.duration_ms, rows=len(outcome.rows),
        error=outcome.error, screens=watchers.screens, viewers=watchers.viewers,
    )


def log_held(*, row: Result, held: budgets.Held) -> None:
    """This function will note that a result was due and not asked for, since the budget of its source was spent."""
    watchers = logbook.watchers(row.source_id, [row.key], row.sql)
    LoggedRun.objects.create(
        source_id=row.source_id, key=logbook.asked_key(row), cause=row.cause, error=held.sentence, is_held=True,
        screens=watchers.screens, viewers=watchers.viewers,
    )


def log_extract(
    *, source_id: UUID, key: str, cause: str, rows: int = 0, duration_ms: int = 0, error: str = "", is_held: bool = False
) -> None:
    """This function will note that a source was asked for an extract, or was not, since its budget was spent."""
    LoggedRun.objects.create(
        source_id=source_id, key=key, cause=cause, rows=rows, duration_ms=duration_ms, error=error, is_held=is_held
    )


def log_question(
    *, source_id: UUID, key: str, cause: str, outcome: Outcome, by: Person | None
) -> None:
    """This function will note that a person or a program asked a source, whose answer is not kept."""
    LoggedRun.objects.create(
        source_id=source_id, key=key, cause=cause, by=by and organizations.person_of(by),
        duration_ms=outcome.duration_ms, rows=len(outcome.rows), error=outcome.error,
    )


def look(*, dashboard: Dashboard, browser: str) -> None:
    """This function will note that a dashboard is open in a browser, of which only a keyed hash is known."""
    now = clock.now()
    mine = Viewer.objects.filter(dashboard=dashboard, browser=browser)
    # The page asks again after half of the time that this holds.
    if not mine.filter(until__gt=now + WATCHED_FOR / 2).exists():
        Viewer.objects.update_or_create(dashboard=dashboard, browser=browser, defaults={"until": now + WATCHED_FOR})


def forget_runs() -> None:
    """This function will remove what the log says of runs of more than two weeks ago, and of pages that were closed."""
    LoggedRun.objects.filter(at__lt=KEPT.cutoff).delete()
    Viewer.objects.filter(until__lt=VIEWERS_KEPT.cutoff).delete()
