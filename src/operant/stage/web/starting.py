"""What a new dashboard can start from: the gallery of one table of a source, with what was chosen of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from operant.panel.organizations.rules import opens_own_scope, requires
from operant.platform.files.sandbox import SandboxRefusal
from operant.platform.refusals import Invalid, TooMany

from .. import actions, asking, causes, dialects, engine, proposals, queries, rules, starts
from ..asking import Asker
from ..columns import TIMES
from ..models import Source
from ..starts import Offer, Profile
from ..starts.choosing import FIGURES, HOWS, NONE, UNITS
from . import askers


@require_safe
@opens_own_scope
@requires(rules.make)
def gallery(request: HttpRequest, source_id: UUID) -> HttpResponse:
    asker = askers.of(request, causes.PREVIEW)
    with asker.scope():
        source = queries.source(source_id)
    table = _table(source, request.GET.get("table", ""))
    if not source.has_data or table is None:
        return render(request, "stage/_gallery.html", {"source": source, "cards": []})
    profile, values = _read(asker, source, table)
    offers = starts.offers(source, table, profile, values)
    try:
        picked = _picked(request, source, table, profile, _values(asker, request, source, table, values))
        wrong = ""
    except Invalid as refused:
        picked, wrong = None, refused.sentence
    with asker.scope():
        # All in one go, the best first, and what several of them ask once; each wall finds its figures on the way.
        actions.watch_together(documents=[each.choice.document(source, "") for each in ([picked] if picked else offers)])
    address = reverse("source-proposal", args=[request.organization.slug, source.pk])
    key = picked and picked.choice.template.key
    context = {
        "source": source, "table": table, "tables": [each for each in source.tables if each["columns"]],
        "described": starts.described(table, profile), "profile": profile, "wrong": wrong,
        "cards": [_Card(each, address, each.choice.template.key == key) for each in offers],
        "picked": picked and _Card(picked, address, True), "fields": _fields(picked) if picked else [],
        "name": request.GET.get("name") or (f"{source.name}: {picked.choice.template.name.lower()}" if picked else ""),
    }  # fmt: skip
    response = render(request, "stage/_gallery.html", context)
    if picked:
        # Who loads the page again, or sends its address to somebody, comes back to what was chosen.
        page = reverse("dashboard-new", args=[request.organization.slug])
        response.headers["HX-Replace-Url"] = f"{page}?source={source.public_id}&{picked.choice.query}"
    return response


@dataclass(frozen=True)
class _Card:
    """A start as the gallery shows it."""

    offer: Offer
    address: str
    is_picked: bool

    @property
    def template(self) -> Any:
        return self.offer.choice.template

    @property
    def wall(self) -> str:
        return f"{self.address}?{self.offer.choice.query}"


def _table(source: Source, name: str) -> dict[str, Any] | None:
    wanted = next((each for each in source.tables if each["name"] == name), None)
    return wanted or proposals.worth_showing(source.tables)


def _read(asker: Asker, source: Source, table: dict[str, Any]) -> tuple[Profile, list[str]]:
    """Return what a table's columns hold, or nothing when the source does not answer: then types and names must do."""
    dialect, known = dialects.of(source.kind), table["columns"]
    try:
        found = _asked(asker, source, starts.question(table["name"], known, dialect))
        profile = starts.read(found.columns, found.rows[0], known)
    except (SandboxRefusal, TooMany, IndexError):
        return Profile(), []
    status = starts.status_of(table, profile)
    return profile, _held(asker, source, table, status) if status else []


def _held(asker: Asker, source: Source, table: dict[str, Any], column: dict[str, Any]) -> list[str]:
    try:
        found = _asked(asker, source, starts.values_question(table["name"], column, dialects.of(source.kind)))
    except (SandboxRefusal, TooMany):
        return []
    return ["" if row[0] is None else str(row[0]) for row in found.rows]


def _asked(asker: Asker, source: Source, sql: str) -> engine.Outcome:
    return asking.ask(asker, source.pk, lambda _: sql, engine.PREVIEW, again=False)


def _values(asker: Asker, request: HttpRequest, source: Source, table: dict[str, Any], values: list[str]) -> list[str]:
    """Return the values of the status that was chosen, which may be another one than what would be offered."""
    name = request.GET.get("status", NONE)
    column = next((each for each in table["columns"] if each["name"] == name), None)
    if request.GET.get("start") != "status" or column is None:
        return values
    return _held(asker, source, table, column) if column["type"] == "text" else []


def _picked(request: HttpRequest, source: Source, table: dict[str, Any], profile: Profile, values: list[str]) -> Offer | None:
    key = request.GET.get("start")
    if not key:
        return None
    offered = next((each for each in starts.offers(source, table, profile, values) if each.choice.template.key == key), None)
    said = request.GET.dict()
    if offered and not any(each.name in said for each in offered.choice.template.slots):
        return offered
    return starts.suited(source, table, starts.chosen(source, {**said, "table": table["name"]}, values, profile), profile, values)


def _fields(picked: Offer) -> list[dict[str, Any]]:
    fields = []
    for slot in picked.choice.template.slots:
        column = picked.choice.columns.get(slot.name)
        options = [(each["name"], each["name"]) for each in picked.others[slot.name]]
        left = [(NONE, "None")] if slot.optional else []
        fields.append({
            "name": slot.name, "label": slot.label, "value": column["name"] if column else NONE, "options": options + left,
        })  # fmt: skip
        fields += _more(slot.name, slot.label, column, picked.choice.table.unit)
    return fields


def _more(slot: str, label: str, column: dict[str, Any] | None, unit: str) -> list[dict[str, Any]]:
    """Return how a figure is reckoned, or a date grouped, with the column: it says nothing once another one is chosen."""
    if column and slot in FIGURES:
        options, name, value = list(HOWS.items()), f"{slot}_how", column["how"]
    elif column and slot == "moment" and column["type"] in TIMES:
        options, name, value = [(each, each.capitalize()) for each in UNITS], "unit", unit
    else:
        return []
    of = column["name"]
    options = [(f"{key}:{of}", word) for key, word in options]
    return [{"name": name, "label": f"{label} by", "value": f"{value}:{of}", "options": options}]
