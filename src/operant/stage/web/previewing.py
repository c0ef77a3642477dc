"""A query that somebody tries while they write it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from operant.platform import clock
from operant.platform.files.sandbox import BadQuery, SandboxRefusal
from operant.platform.refusals import Invalid, NotFound

from .. import asking, causes, engine, ids, queries, remembered
from .. import document as documents
from ..document.values import LONGEST_SQL
from ..models import Source
from ..steps import BadStep, Table, columns_along, taken
from . import answers, askers


def previewed(request: HttpRequest, demand: Callable[[], object]) -> HttpResponse:
    """Return what the query in a request gives; `demand` refuses where it has no place. Never inside a scope."""
    body = answers.body(request)
    sql = answers.text(body, "sql")
    if len(sql) > LONGEST_SQL:
        raise Invalid(f"A query has at most {LONGEST_SQL:,} characters.")
    given, steps = documents.parse_parameters(body.get("parameters", [])), documents.parse_steps(body.get("steps", []))
    limits = engine.REFRESH if steps else engine.PREVIEW
    asker, kept = askers.of(request, causes.PREVIEW), None

    def asked(source: Source) -> str:
        nonlocal kept
        demand()
        # In the scope that is open: another one would cost as much as all that is read here.
        kept = remembered.of_question(source.pk, sql, given, steps)
        return sql

    try:
        source, again = source_key(answers.text(body, "source")), bool(body.get("again", True))
        found = asking.ask(asker, source, asked, limits, given, again=again)
    except SandboxRefusal as refused:
        return _refused(refused)
    return _stepped(found, steps, kept)


def source_key(public: str) -> UUID:
    """
    Return the source that a request names.

    :raises NotFound: when that is no source's id.
    """
    key = ids.source_key(public)
    if key is None:
        raise NotFound("There is no such data source here.")
    return key


def _refused(refused: SandboxRefusal) -> HttpResponse:
    place = {"line": refused.line, "column": refused.column} if isinstance(refused, BadQuery) else {}
    return JsonResponse({"error": refused.code, "message": refused.sentence, **place}, status=refused.status)


def _stepped(found: engine.Outcome, steps: list[dict[str, Any]], kept: dict[str, Any] | None) -> HttpResponse:
    table = Table(found.columns, found.rows, found.truncated)
    try:
        shown = taken(table, steps)
    except BadStep as refused:
        body = {"error": refused.code, "message": refused.sentence, "step": refused.step, "along": columns_along(table, steps)}
        return JsonResponse(body, status=refused.status)
    return JsonResponse({
        "key": "", "seq": 0, "state": "ok", "computed_at": queries.instant(clock.now()), "refresh_seconds": 0,
        "duration_ms": found.duration_ms, "columns": shown.columns, "rows": shown.rows[: engine.PREVIEW.rows],
        "truncated": shown.truncated or len(shown.rows) > engine.PREVIEW.rows, "error": None,
        "along": columns_along(table, steps), **({"past": kept} if kept else {}),
    })  # fmt: skip
