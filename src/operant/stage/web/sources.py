from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.panel.organizations.rules import opens_own_scope, requires
from operant.platform import clock
from operant.platform.files import downloads
from operant.platform.files.sandbox import SandboxRefusal
from operant.platform.refusals import Invalid, Refusal, TooMany
from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import actions, asking, causes, engine, kinds, queries, rules, samples
from ..asking import Asker
from ..models import Source
from . import askers, budgeting, datasets, extracts, first_rows, runs, source_versions, steps
from .forms import FileForm, NameForm

ACCEPT = ".csv,.tsv,.txt,.xlsx,.xlsm,.json,.ndjson,.jsonl,.parquet,.sqlite,.sqlite3,.db"
STATES = {"converting": ("busy", "Being read"), "ready": ("success", "Ready"), "failed": ("error", "Not readable")}
CONNECTION_STATES = {
    "converting": ("busy", "Being tested"), "ready": ("success", "Ready"), "failed": ("error", "Not reached"),
}  # fmt: skip
EXTRACT_STATES = {
    "converting": ("busy", "Being read"), "ready": ("success", "Ready"), "failed": ("error", "Not refreshed"),
}  # fmt: skip
PREVIEW_ROWS, ASKED_ROWS = 100, 20
_MEANWHILE = "Meanwhile another data source has a file of this name, or none has, so nothing was saved. Upload the file again."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see)
def sources(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _uploaded(request)
    context = {
        "may_change": rules.change_sources(request.membership), "has_any": Source.objects.exists(),
        "accept": ACCEPT, "limit_mb": settings.FILE_LIMIT // 1_000_000,
    }  # fmt: skip
    return _table(request).respond("stage/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see)
def source(request: HttpRequest, source_id: UUID) -> HttpResponse:
    found = queries.source(source_id)
    if request.method == "POST":
        return _replaced(request, found)
    if request.GET.get("seen", found.state) != found.state:
        # More than the part that asked is different now: the table is there, or the reason why not.
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "source": found, "state": _state(found), "reading": queries.dashboards_reading(found),
        "may_change": rules.change_sources(request.membership), "name_form": NameForm(initial={"name": found.name}),
        "accept": ACCEPT, "limit_mb": settings.FILE_LIMIT // 1_000_000, "preview_rows": PREVIEW_ROWS,
        "asked": runs.listed(request, found, ASKED_ROWS), **budgeting.shown(found), **source_versions.shown(found),
    }  # fmt: skip
    if found.is_connected:
        context |= {"test": steps.rows(found), "kind": kinds.KINDS[found.kind], "extracts": queries.extracts_of(found)}
        return render(request, "stage/source_connected.html", context)
    if found.is_pushed:
        return render(request, "stage/source_dataset.html", context | {"lines": datasets.lines(found)})
    if found.is_extract:
        return render(request, "stage/source_extract.html", context | extracts.shown(found, request.organization.time_zone))
    return render(request, "stage/source.html", context)


sources.takes_files = source.takes_files = True  # config lets larger bodies through to them


@require_POST
@requires(rules.change_sources)
def sample(request: HttpRequest) -> HttpResponse:
    content = ContentFile(samples.orders(clock.now().date()))
    made = actions.upload(upload=content, file_name=samples.FILE_NAME, by=request.user, kind="sample")
    return redirect("source", request.organization.slug, made.pk)


@require_safe
@requires(rules.see)
def file(request: HttpRequest, source_id: UUID) -> HttpResponse:
    found = queries.source(source_id)
    if found.original is None:
        raise Refusal(f"{found.name} is no uploaded file, so there is none to download.")
    return redirect(downloads.address(found.original))


@require_safe
@opens_own_scope
@requires(rules.see)
def preview(request: HttpRequest, source_id: UUID) -> HttpResponse:
    asker = askers.of(request, causes.PREVIEW)
    with asker.scope():
        found = queries.source(source_id)
        table = queries.table(found, request.GET.get("table")) if found.has_data else ""
    outcome = _first_rows(asker, found, table) if found.has_data else None
    lines = first_rows.lines(outcome) if outcome else []
    context = {"outcome": outcome, "lines": lines, "name": table if found.is_database else found.name}
    return render(request, "stage/_source_rows.html", context)


@require_POST
@requires(rules.change_sources)
def name(request: HttpRequest, source_id: UUID) -> HttpResponse:
    found, form = queries.source(source_id), NameForm(request.POST)
    if form.is_valid():
        renamed = actions.rename_source(source=found, name=form.cleaned_data["name"])
        table = "" if found.is_database else f" Queries still name the table {renamed.table_name}."
        toasts.done(request, f"It is now called {renamed.name}.{table}")
    else:
        toasts.failed(request, f"{found.name} keeps its name: a new one needs 1 to 120 characters.")
    return redirect("source", request.organization.slug, source_id)


@require_POST
@requires(rules.change_sources)
def deletion(request: HttpRequest, source_id: UUID) -> HttpResponse:
    found = queries.source(source_id)
    actions.delete_source(source=found)
    gone = "is no longer connected. Nothing was changed in it" if found.is_connected else "and its rows are deleted"
    toasts.done(request, f"{found.name} {gone}.")
    return redirect("sources", request.organization.slug)


def _first_rows(asker: Asker, found: Source, table: str) -> engine.Outcome:
    try:
        return asking.ask(asker, found.pk, lambda _: engine.first_rows(table, PREVIEW_ROWS), engine.REFRESH)
    except (SandboxRefusal, TooMany) as refused:
        return engine.Outcome(error=refused.sentence)


@requires(rules.change_sources)
def _uploaded(request: HttpRequest) -> HttpResponse:
    file, said = _file(request), request.POST.get("as", "")
    same = queries.of_file(file.name)
    if same and not said and request.htmx:
        # Only a page that still has the file can ask: others bring it once.
        response = render(request, "stage/_same_file.html", {"source": same, "taken": same.original.created_at}, status=409)
        response.headers["HX-Retarget"] = "this"
        return response
    if said not in ("", "new"):
        if not same or said != same.public_id:
            raise Invalid(_MEANWHILE)
        return _replaced(request, same)
    made = actions.upload(upload=file, file_name=file.name, by=request.user)
    return redirect("source", request.organization.slug, made.pk)


@requires(rules.change_sources)
def _replaced(request: HttpRequest, found: Source) -> HttpResponse:
    file = _file(request)
    actions.replace_file(source=found, upload=file, file_name=file.name, by=request.user)
    return redirect("source", request.organization.slug, found.pk)


def _state(found: Source) -> tuple[str, str]:
    if found.is_held_back:
        return source_versions.STATES["waiting"]
    states = CONNECTION_STATES if found.is_connected else EXTRACT_STATES if found.is_extract else STATES
    return states[found.state]


def _file(request: HttpRequest):
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Invalid(form.errors["file"][0])
    return form.cleaned_data["file"]


def _table(request: HttpRequest) -> Table:
    return Table(
        queries.sources(), request, name="sources", label="All data sources", search=["name", "table_name"],
        search_label="Search by name or table", default_sort="name", live=True,
        columns=[
            Column("name", "Data source", sort=True, cell=partial(_name, request.organization.slug)),
            Column("state", "State", sort=True, cell=lambda each: cells.status(*_state(each))),
            Column("rows", "Rows", sort=True, align="end", cell=_rows),
            Column("dashboards", "Dashboards", sort=True, align="end"),
            Column("read_at", "Read", sort=True, align="end"),
        ],
        empty=Empty("No data yet.", "lucide--database"),
    )  # fmt: skip


def _rows(each: Source) -> str:
    return cells.plain(None if each.is_database else each.rows)


def _name(slug: str, each: Source) -> str:
    return cells.link(reverse("source", args=[slug, each.pk]), each.name, under=_under(each))


def _under(each: Source) -> str:
    if each.is_uploaded_database:
        return "SQLite database"
    if each.is_extract:
        return f"Extract, table {each.table_name}"
    return f"{kinds.KINDS[each.kind].name}: {each.connection}" if each.connection else f"Table {each.table_name}"
