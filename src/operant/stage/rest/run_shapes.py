"""What the endpoints of queries and their runs give."""

from typing import Annotated, Any, Literal

from pydantic import Field

from operant.platform import api

from .. import budgets, ids, models

ResultId = api.Id(ids.RESULT)


class Watchers(api.Shape):
    """Who watches: screens that are alive and show it, and browsers in which a dashboard with it is open."""

    screens: int
    viewers: int


class KeptQuery(api.Shape):
    """
    What is asked of a source, and whose answer everybody shares who watches.

    `due_at` is when it is asked next, and null while nobody watches.
    """

    id: ResultId
    sql: str
    parameters: list[Any]
    steps: list[Any]
    state: Literal["waiting", "ok", "failed"]
    error: str | None
    refresh_seconds: int
    answered_at: api.Instant | None
    due_at: api.Instant | None

    @classmethod
    def of(cls, row: models.Result) -> "KeptQuery":
        """Return a query as the contract has it."""
        return cls(
            id=row.pk, sql=row.sql, parameters=row.parameters, steps=row.steps, state=row.state,
            error=row.error or None, refresh_seconds=row.refresh_seconds,
            answered_at=row.computed_at, due_at=row.due_at,
        )  # fmt: skip


class Run(api.Shape):
    """
    One time that a source was asked. `error` is null where it answered; `by` is the person who asked, where one did.

    `cause` is why: its time had come (schedule), somebody began to watch (watch), new data came (data), an alert (alert),
    somebody asked for it now (person), a preview (preview), a program (program) or the schedule of an extract (extract).
    `watchers` are those of that moment.
    One that `is_held` was due and not asked, since the budget of its source was spent.
    """

    at: api.Instant
    cause: Literal["schedule", "watch", "data", "alert", "person", "preview", "program", "extract"]
    by: str | None
    error: str | None
    is_held: bool
    rows: int
    duration_ms: int
    watchers: Watchers

    @classmethod
    def of(cls, row: models.LoggedRun) -> "Run":
        """Return a run as the contract has it."""
        return cls(
            at=row.at, cause=row.cause, by=row.by.name if row.by else None, error=row.error or None,
            is_held=row.is_held, rows=row.rows,
            duration_ms=row.duration_ms, watchers=Watchers(screens=row.screens, viewers=row.viewers),
        )  # fmt: skip


class BudgetBody(api.Body):
    """What asking a source may come to within an hour: runs, and seconds of queries; null is no limit."""

    runs: Annotated[int, Field(ge=1, le=budgets.MOST_RUNS)] | None
    seconds: Annotated[int, Field(ge=1, le=budgets.MOST_SECONDS)] | None


class Budget(api.Shape):
    """A source's budget, what the last hour came to, and until when it is not asked, or null."""

    runs: int | None
    seconds: int | None
    spent_runs: int
    spent_seconds: float
    held_until: api.Instant | None

    @classmethod
    def of(cls, row: models.Source) -> "Budget":
        """Return a budget as the contract has it."""
        spent, held = budgets.spent(row), budgets.held(row)
        return cls(
            runs=row.budget_runs, seconds=row.budget_seconds, spent_runs=spent.runs, spent_seconds=spent.seconds,
            held_until=held.until if held else None,
        )  # fmt: skip
