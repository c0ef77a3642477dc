from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import opens_own_scope, requires
from operant.platform import clock
from operant.platform.files.sandbox import TooSlow
from operant.platform.refusals import Invalid, Refusal
from operant.platform.ui import toasts

from .. import actions, asking, budgets, causes, engine, ids, kinds, queries, rules
from ..document.values import LONGEST_SQL
from ..models import Source
from . import askers, first_rows
from .connections import OFFERS
from .extract_forms import ExtractForm

TRIED = replace(engine.PREVIEW, rows=20)
SLOW = " An extract itself may take five minutes, so it may still work."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.change_sources)
def new(request: HttpRequest) -> HttpResponse:
    origins = queries.origins()
    initial = {"origin": request.GET.get("of", "")}
    form = ExtractForm(request.POST or None, origins=origins, zone=request.organization.time_zone, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        origin = next(each for each in origins if each.public_id == given["origin"])
        made = actions.make_extract(
            name=given["name"], origin=origin, sql=given["sql"], schedule=form.schedule(), by=request.user
        )
        return redirect("source", request.organization.slug, made.pk)
    context = {"form": form, "offer": OFFERS[kinds.EXTRACT], "origins": origins}
    return render(request, "stage/extract_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.change_sources)
def change(request: HttpRequest, source_id: UUID) -> HttpResponse:
    source = queries.source(source_id)
    kept = queries.extract(source)
    form = ExtractForm(request.POST or None, origins=[], zone=request.organization.time_zone, kept=kept)
    if request.method == "POST" and form.is_valid():
        actions.change_extract(source=source, sql=form.cleaned_data["sql"], schedule=form.schedule(), by=request.user)
        toasts.done(request, f"{source.name} is changed, and is being read. It keeps its rows until that worked.")
        return redirect("source", request.organization.slug, source.pk)
    context = {"form": form, "source": source, "extract": kept}
    return render(request, "stage/extract_change.html", context, status=422 if form.errors else 200)


@require_POST
@opens_own_scope
@requires(rules.change_sources)
def tried(request: HttpRequest) -> HttpResponse:
    asker = askers.of(request, causes.PREVIEW)
    try:
        outcome = _asked(asker, request.POST.get("origin", ""), request.POST.get("sql", ""))
    except TooSlow as slow:
        outcome = engine.Outcome(error=slow.message + SLOW)
    except Refusal as refused:
        outcome = engine.Outcome(error=refused.sentence)
    lines = first_rows.lines(outcome)
    return render(request, "stage/_extract_tried.html", {"outcome": outcome, "lines": lines, "name": "this query"})


@require_POST
@requires(rules.change_sources)
def refresh(request: HttpRequest, source_id: UUID) -> HttpResponse:
    source = queries.source(source_id)
    actions.refresh_extract(source=source, cause=causes.PERSON)
    toasts.done(request, f"{source.name} is read now. It keeps its rows until that worked.")
    return redirect("source", request.organization.slug, source_id)


def shown(source: Source, zone: str) -> dict:
    """Return what an extract's page shows of how it is made."""
    found, now = queries.extract(source), clock.now()
    return {
        "extract": found, "schedule": found.schedule.words(zone), "is_running": found.is_running(now),
        "is_due": found.due_at <= now, "held": budgets.held(found.origin) if found.is_held else None,
    }  # fmt: skip


def _asked(asker: asking.Asker, origin: str, sql: str) -> engine.Outcome:
    origin_id = ids.source_key(origin)
    if origin_id is None:
        raise Invalid("Choose a database first.")
    if not sql.strip() or len(sql) > LONGEST_SQL:
        raise Invalid(f"Write a query of 1 to {LONGEST_SQL:,} characters.")
    with asker.scope():
        source = queries.source(origin_id)
        if source.kind not in kinds.DATABASES:
            raise Invalid(f"{source.name} is no database that is connected.")
    return asking.ask(asker, origin_id, lambda _: sql, TRIED)
