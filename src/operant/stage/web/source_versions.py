from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from operant.panel.organizations.rules import opens_own_scope, requires
from operant.platform.files import downloads
from operant.platform.ui import toasts

from .. import actions, breaking, causes, earlier, pins, queries, rules, turns
from ..models import Source, SourceVersion
from . import askers

SECONDS = 15
STATES = {"in_use": ("success", "In use"), "kept": ("info", "Kept"), "waiting": ("warning", "Waits for you")}


def shown(source: Source) -> dict:
    """Return what a source's page shows of its versions and of the types that people gave to columns."""
    columns = [{**each, "pin": source.pins.get(each["name"], "")} for each in source.columns]
    return {
        "versions": [(each, *STATES[each.state]) for each in earlier.versions(source)], "waiting": earlier.waiting(source),
        "most_versions": settings.SOURCE_VERSIONS, "columns": columns, "pin_labels": list(pins.LABELS.items()),
        "sheets": _sheets(source), "sheet_in_use": _sheet_in_use(source),
    }  # fmt: skip


def _sheets(source: Source) -> list[tuple[str, str]]:
    sheets = source.sheets_to_choose
    gone = [source.sheet] if source.sheet and source.sheet not in sheets else []
    first = f"The first one: {sheets[0]}" if sheets else "The first one"
    return [("", first), *((each, each) for each in [*sheets, *gone])]


def _sheet_in_use(source: Source) -> str:
    """Return the name of the sheet whose rows are in use, where another one was chosen."""
    used = source.waiting_sheet
    return used or (source.sheets[0] if source.sheets else "the first one") if used is not None and source.has_data else ""


@require_safe
@requires(rules.see)
def version(request: HttpRequest, source_id: UUID, number: int) -> HttpResponse:
    source = queries.source(source_id)
    kept = earlier.version(source, number)
    context = {
        "source": source, "version": kept, "line": earlier.line(source, number),
        "change": earlier.change(source, kept).sentences, "may_change": rules.change_sources(request.membership),
        "state": STATES["waiting" if kept.is_waiting else "kept"],
    }  # fmt: skip
    return render(request, "stage/source_version.html", context)


@require_safe
@opens_own_scope
@requires(rules.see)
def breaks(request: HttpRequest, source_id: UUID, number: int) -> HttpResponse:
    asker = askers.of(request, causes.PREVIEW)
    with asker.scope():
        source = queries.source(source_id)
        kept = earlier.version(source, number)
        asked, before, after = breaking.readings(source), queries.place(source), earlier.place(source, kept)
        change = earlier.change(source, kept)
    with turns.turn(asker.organization_id, seconds=SECONDS):
        found = breaking.breaks(asked, before, after, SECONDS, change)
    context = {
        "found": found, "asked": len(asked), "source": source, "version": kept,
        "may_change": rules.change_sources(request.membership),
    }  # fmt: skip
    return render(request, "stage/_source_breaks.html", context)


@require_POST
@requires(rules.change_sources)
def use(request: HttpRequest, source_id: UUID, number: int) -> HttpResponse:
    source = queries.source(source_id)
    before = actions.use_version(source=source, number=number, by=request.user, seen=request.POST.get("seen", ""))
    undo = reverse("source-version-use", args=[request.organization.slug, source.pk, before])
    toasts.done(request, f"Version {number} is in use. Version {before} is kept.", undo=undo)
    return redirect("source", request.organization.slug, source.pk)


@require_POST
@requires(rules.change_sources)
def deletion(request: HttpRequest, source_id: UUID, number: int) -> HttpResponse:
    source = queries.source(source_id)
    actions.delete_version(source=source, number=number, by=request.user)
    toasts.done(request, f"Version {number} is deleted.")
    return redirect("source", request.organization.slug, source.pk)


@require_safe
@requires(rules.see)
def file(request: HttpRequest, source_id: UUID, number: int) -> HttpResponse:
    kept = earlier.version(queries.source(source_id), number)
    return redirect(downloads.address(kept.file)) if kept.file else _rows(request, kept)


@requires(rules.change_sources)
def _rows(request: HttpRequest, kept: SourceVersion) -> HttpResponse:
    return redirect(downloads.address(kept.parquet))


@require_POST
@requires(rules.change_sources)
def pinned(request: HttpRequest, source_id: UUID) -> HttpResponse:
    source = queries.source(source_id)
    types = {name.removeprefix("pin-"): kind for name, kind in request.POST.items() if name.startswith("pin-")}
    before = source.pins
    actions.pin_columns(source=source, types=types, by=request.user, adds=True)
    same = "Nothing changed: the columns are that already."
    toasts.done(request, same if before == queries.source(source_id).pins else f"{source.name} is read anew with these types.")
    return redirect("source", request.organization.slug, source.pk)


@require_POST
@requires(rules.change_sources)
def sheet(request: HttpRequest, source_id: UUID) -> HttpResponse:
    source = queries.source(source_id)
    before, chosen = source.sheet, request.POST.get("sheet", "")
    actions.choose_sheet(source=source, sheet=chosen, by=request.user)
    named = f"“{chosen}”" if chosen else "the first sheet"
    same = "Nothing changed: that sheet is read already."
    toasts.done(request, same if before == chosen else f"{source.name}: {named} is being read.")
    return redirect("source", request.organization.slug, source.pk)
