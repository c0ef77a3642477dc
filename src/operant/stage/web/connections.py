from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import opens_own_scope, requires
from operant.platform import tenancy
from operant.platform.refusals import NotFound, Refusal
from operant.platform.ui import toasts

from .. import actions, datasets, feeds, kinds, postgres, queries, rules, turns
from ..models import Source
from . import steps
from .database_forms import DatabaseForm, MysqlForm, PostgresForm
from .feed_forms import CsvForm, JsonForm, PrometheusForm

# As long as a test may take that goes through every step.
TURN_SECONDS = 20
DATABASES: dict[str, type[DatabaseForm]] = {each.kind.kind: each for each in (PostgresForm, MysqlForm)}
FORMS = DATABASES | {feeds.JSON: JsonForm, feeds.CSV: CsvForm, feeds.PROMETHEUS: PrometheusForm}
READS = "Operant only reads: every query runs in a read-only transaction, with a limit on time, rows and size."


@dataclass(frozen=True)
class Offer:
    """A kind of source as people choose it."""

    title: str
    sub: str
    icon: str
    route: str = ""


OFFERS = {
    **{key: Offer(form.kind.product, READS, "lucide--database") for key, form in DATABASES.items()},
    feeds.JSON: Offer(
        "JSON from the web",
        "The answer of an API becomes a table that queries ask with SQL: up to 32 MB and a million rows.", "lucide--braces",
    ),
    feeds.CSV: Offer(
        "Google Sheets, or CSV from the web",
        "A sheet or a file that stands at an address becomes a table that queries ask with SQL.", "lucide--sheet",
    ),
    feeds.PROMETHEUS: Offer(
        "Prometheus", "Measures that you write in PromQL become a table with an instant, a value and the labels.",
        "lucide--flame",
    ),
    datasets.KIND: Offer(
        "Push API", "Your own programs send rows, over HTTP, into columns that you name.", "lucide--arrow-down-to-line",
        "dataset-new",
    ),
    kinds.EXTRACT: Offer(
        "Extract of a database", "For a slow one: what a query gives is kept here as a table, and asked for on a schedule.",
        "lucide--calendar-sync", "extract-new",
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.change_sources)
def new(request: HttpRequest) -> HttpResponse:
    if request.method != "POST" and "kind" not in request.GET:
        return render(request, "stage/connection_kinds.html", {"offers": OFFERS})
    kind = _kind(request)
    form = FORMS[kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.connect(name=form.cleaned_data["name"], place=form.chosen(""), by=request.user)
        return redirect("source", request.organization.slug, made.pk)
    context = {"form": form, "offer": OFFERS[kind], "kind": kind}
    return render(request, "stage/connection_new.html", context, status=422 if form.errors else 200)


@require_POST
@opens_own_scope
@requires(rules.change_sources)
def tests(request: HttpRequest) -> HttpResponse:
    form = FORMS[_kind(request)](request.POST, named=False)
    form.is_new = True
    if not form.is_valid():
        return _incomplete(request, form)
    return _tested(request, form.chosen(""))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.change_sources)
def change(request: HttpRequest, source_id: UUID) -> HttpResponse:
    found = _connected(source_id)
    kind = FORMS[found.kind]
    form = kind(request.POST or None, initial=kind.initial_of(found.connection), named=False)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_connection(source=found, place=form.chosen(str(found.pk)), by=request.user)
            toasts.done(request, f"The connection of {found.name} is changed, and is being tested.")
            return redirect("source", request.organization.slug, found.pk)
        except actions.PasswordNeeded as needed:
            form.add_error("password", needed.sentence)
    context = {"form": form, "source": found, "offer": OFFERS[found.kind]}
    return render(request, "stage/connection_change.html", context, status=422 if form.errors else 200)


@require_POST
@opens_own_scope
@requires(rules.change_sources)
def change_tests(request: HttpRequest, source_id: UUID) -> HttpResponse:
    with tenancy.organization_scope(request.organization.pk, request.user.pk):
        found = _connected(source_id)
        form = FORMS[found.kind](request.POST, named=False)
        if not form.is_valid():
            return _incomplete(request, form)
        place = actions.with_password(source=found, place=form.chosen(str(found.pk)))
    return _tested(request, place)


@require_POST
@requires(rules.change_sources)
def again(request: HttpRequest, source_id: UUID) -> HttpResponse:
    found = _connected(source_id)
    actions.ask_for_test(source=found)
    return redirect("source", request.organization.slug, found.pk)


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", postgres.Database.kind)
    if kind not in FORMS:
        raise NotFound("There is no such kind of data source.")
    return kind


def _connected(source_id: UUID) -> Source:
    found = queries.source(source_id)
    if not found.is_connected:
        raise Refusal(f"{found.name} is a {found.noun}: there is no connection to change or test.")
    return found


def _tested(request: HttpRequest, place: kinds.Connected) -> HttpResponse:
    asker = str(request.organization.pk)
    with turns.turn(request.organization.pk, seconds=TURN_SECONDS), TemporaryDirectory(prefix="operant-test-") as folder:
        report = kinds.probe(replace(place, asker=asker), folder=Path(folder))
    kind = kinds.KINDS[kinds.kind_of(place)]
    context = {
        "test": steps.listed(kind.steps, report.listed()), "failure": report.failure, "warnings": report.warnings,
        "grants": report.grants, "server": report.server, "kind": kind, "fetched": report.fetched,
    }  # fmt: skip
    return render(request, "stage/_connection_test.html", context)


def _incomplete(request: HttpRequest, form: forms.Form) -> HttpResponse:
    missing = [(form.fields[name].label, errors[0]) for name, errors in form.errors.items()]
    return render(request, "stage/_connection_test.html", {"missing": missing}, status=422)
