from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import opens_own_scope, requires
from operant.platform import tenancy
from operant.platform.refusals import Refusal
from operant.platform.ui import toasts

from .. import actions, postgres, queries, rules, turns
from ..models import Source
from . import steps
from .forms import ConnectionForm

# As long as a test may take that goes through every step.
TURN_SECONDS = 20


@require_http_methods(["GET", "POST"])
@requires(rules.change_sources)
def new(request: HttpRequest) -> HttpResponse:
    form = ConnectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.connect(name=form.cleaned_data["name"], database=form.chosen(""), by=request.user)
        return redirect("source", request.organization.slug, made.pk)
    return render(request, "stage/connection_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@opens_own_scope
@requires(rules.change_sources)
def tests(request: HttpRequest) -> HttpResponse:
    form = ConnectionForm(request.POST, named=False)
    if not form.is_valid():
        return _incomplete(request, form)
    return _tested(request, form.chosen(""))


@require_http_methods(["GET", "POST"])
@requires(rules.change_sources)
def change(request: HttpRequest, source_id: UUID) -> HttpResponse:
    found = _database(source_id)
    initial = ConnectionForm.initial_of(found.connection)
    form = ConnectionForm(request.POST or None, initial=initial, named=False)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_connection(source=found, database=form.chosen(str(found.pk)), by=request.user)
            toasts.done(request, f"The connection of {found.name} is changed, and is being tested.")
            return redirect("source", request.organization.slug, found.pk)
        except actions.PasswordNeeded as needed:
            form.add_error("password", needed.sentence)
    context = {"form": form, "source": found}
    return render(request, "stage/connection_change.html", context, status=422 if form.errors else 200)


@require_POST
@opens_own_scope
@requires(rules.change_sources)
def change_tests(request: HttpRequest, source_id: UUID) -> HttpResponse:
    with tenancy.organization_scope(request.organization.pk, request.user.pk):
        found = _database(source_id)
        form = ConnectionForm(request.POST, named=False)
        if not form.is_valid():
            return _incomplete(request, form)
        database = actions.with_password(source=found, database=form.chosen(str(found.pk)))
    return _tested(request, database)


@require_POST
@requires(rules.change_sources)
def again(request: HttpRequest, source_id: UUID) -> HttpResponse:
    found = _database(source_id)
    actions.ask_for_test(source=found)
    return redirect("source", request.organization.slug, found.pk)


def _database(source_id: UUID) -> Source:
    found = queries.source(source_id)
    if not found.is_database:
        raise Refusal(f"{found.name} is a file: there is no connection to change or test.")
    return found


def _tested(request: HttpRequest, database: postgres.Database) -> HttpResponse:
    with turns.turn(request.organization.pk, seconds=TURN_SECONDS):
        report = postgres.probe(replace(database, asker=str(request.organization.pk)))
    context = {
        "test": steps.listed(report.as_dict()["steps"]), "failure": report.failure, "warnings": report.warnings,
        "grants": report.grants, "server": report.server,
    }  # fmt: skip
    return render(request, "stage/_connection_test.html", context)


def _incomplete(request: HttpRequest, form: ConnectionForm) -> HttpResponse:
    missing = [(form.fields[name].label, errors[0]) for name, errors in form.errors.items()]
    return render(request, "stage/_connection_test.html", {"missing": missing}, status=422)
