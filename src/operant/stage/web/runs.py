from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from operant.panel.organizations.rules import requires
from operant.platform.refusals import Refusal
from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Filter, Table

from .. import actions, causes, logbook, queries, rules
from ..models import LoggedRun, Result, Source

STATES = {
    Result.State.OK: ("success", "Answered"), Result.State.FAILED: ("error", "Failed"),
    Result.State.WAITING: ("muted", "Not asked yet"),
}  # fmt: skip
OUTCOMES = [("ok", "Answered"), ("failed", "Failed"), ("held", "Not asked")]


@require_safe
@requires(rules.see)
def runs(request: HttpRequest, source_id: UUID) -> HttpResponse:
    source = queries.source(source_id)
    found = logbook.runs(source)
    return _table(request, source, found, _names(request, source)).respond("stage/runs.html", {"source": source})


@require_safe
@requires(rules.see)
def query(request: HttpRequest, source_id: UUID, result_id: UUID) -> HttpResponse:
    source = queries.source(source_id)
    result = logbook.result(source, result_id)
    found = logbook.runs(source, key=logbook.asked_key(result))
    uses = logbook.uses_of(result, logbook.uses(source))
    context = {
        "source": source, "result": result, "state": STATES[result.state], "uses": uses, "name": title(uses, result),
        "day": logbook.day(found), "watchers": logbook.watchers(source.pk, [result.key], result.sql),
        "may_ask": rules.ask(request.membership), "topics": [f"data:{result.key}"],
    }  # fmt: skip
    return _table(request, source, found).respond("stage/query.html", context)


@require_POST
@requires(rules.ask)
def now(request: HttpRequest, source_id: UUID, result_id: UUID) -> HttpResponse:
    source = queries.source(source_id)
    if not source.has_data:
        raise Refusal(f"{source.name} has no data yet, so there is nothing to ask.")
    actions.ask_now(result=logbook.result(source, result_id), cause=causes.PERSON)
    toasts.done(request, "It is asked now. Every screen that shows it gets the answer.")
    return redirect("query", request.organization.slug, source_id, result_id)


def listed(request: HttpRequest, source: Source, limit: int) -> list[dict[str, Any]]:
    """Return what is asked of a source as its page lists it."""
    uses = logbook.uses(source)
    return [
        {
            "result": each, "url": reverse("query", args=[request.organization.slug, source.pk, each.pk]),
            "name": title(mine, each), "under": _under(mine), "state": STATES[each.state],
        }
        for each in logbook.asked(source)[:limit] for mine in (logbook.uses_of(each, uses),)
    ]  # fmt: skip


def title(uses: list[logbook.Use], result: Result) -> str:
    """Return what people call a query: its name on a dashboard, or the beginning of its SQL."""
    return uses[0].name if uses else " ".join(result.sql.split())[:80]


def _under(uses: list[logbook.Use]) -> str:
    if not uses:
        return "On no dashboard now"
    more = f" and {len(uses) - 1} more" if len(uses) > 1 else ""
    return f"{uses[0].dashboard.name}{' (draft)' if uses[0].is_draft else ''}{more}"


def _names(request: HttpRequest, source: Source) -> dict[str, tuple[str, str]]:
    uses = logbook.uses(source)
    slug = request.organization.slug
    extracts = {
        queries.key(source.pk, each.sql): (f"Extract {each.source.name}", reverse("source", args=[slug, each.source_id]))
        for each in queries.extracts_of(source)
    }
    return extracts | {
        logbook.asked_key(each): (title(logbook.uses_of(each, uses), each), reverse("query", args=[slug, source.pk, each.pk]))
        for each in logbook.asked(source).only("pk", "key", "sql", "parameters", "source_id")
    }


def _table(
    request: HttpRequest, source: Source, found: Any, names: dict[str, tuple[str, str]] | None = None
) -> Table:
    of_query = [] if names is None else [Column("key", "Query", cell=partial(_query, names), csv=False)]
    return Table(
        found, request, name="runs", label="Runs", default_sort="-at", page_size=25, live=True,
        filters=[
            Filter("outcome", "Outcome", OUTCOMES, any_label="Any outcome", apply=_ended),
            Filter("cause", "Cause", causes.CHOICES, any_label="Any cause"),
        ],
        columns=[
            Column("at", "When", sort=True),
            *of_query,
            Column("cause", "Cause", value=cause, cell=lambda each: cells.two_lines(*_cause(each))),
            Column("error", "Outcome", value=outcome, cell=_outcome),
            Column("rows", "Rows", sort=True, align="end"),
            Column("duration_ms", "Took (ms)", sort=True, align="end"),
            Column("screens", "Screens", sort=True, align="end"),
            Column("viewers", "Browsers", sort=True, align="end"),
        ],
        empty=Empty("No run like this in the last two weeks.", "lucide--history"),
    )  # fmt: skip


def cause(run: LoggedRun) -> str:
    """Return why a source was asked, in words."""
    return causes.WORDS[run.cause]


def outcome(run: LoggedRun) -> str:
    """Return how a run ended, in words."""
    return run.error or "Answered"


def _cause(run: LoggedRun) -> tuple[str, str]:
    return cause(run), run.by.name if run.by else ""


def _outcome(run: LoggedRun) -> Any:
    look = cells.status("warning", "Not asked") if run.is_held else cells.status("error", "Failed")
    return cells.two_lines(look, run.error) if run.error else cells.status("success", "Answered")


def _ended(rows: Any, value: str) -> Any:
    if value == "held":
        return rows.filter(is_held=True)
    return rows.exclude(error="").filter(is_held=False) if value == "failed" else rows.filter(error="")


def _query(names: dict[str, tuple[str, str]], run: LoggedRun) -> Any:
    name, url = names.get(run.key, ("", ""))
    return cells.link(url, name) if url else cells.quiet("Not kept")
