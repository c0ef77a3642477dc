"""The log as a file: written while it is sent, a page at a time, each in a scope of its own."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from operant.panel.organizations.rules import Member, opens_own_scope, requires
from operant.platform import clock, tenancy
from operant.platform.files import downloads
from operant.platform.observing.threads import in_thread
from operant.platform.refusals import NotAllowed
from operant.platform.ui import exports as spreadsheets

from .. import actions, lines, rules, verify
from ..queries import exporting, reading
from ..queries.reading import Asked, Entry
from . import asking

HEAD = ["When", "Who", "Kind of actor", "What", "Event", "About", "Address", "Request", "Number", "Hash"]


@require_POST
@opens_own_scope
@requires(rules.see)
def exports(request: HttpRequest) -> StreamingHttpResponse:
    organization = request.organization
    is_table = request.POST.get("form") == "csv"
    with tenancy.organization_scope(organization.pk, request.user.pk):
        actions.note_export(by=request.user.name, form="CSV" if is_table else "JSON lines")
    if is_table:
        pieces = _table(organization.pk, asking.asked(request.POST, organization))
    else:
        pieces = (b"".join(page) for page in exporting.pages(organization.pk))
    pieces = _while_allowed(request.membership, pieces)
    # Under ASGI Django reads a plain iterator to its end before it sends the first byte.
    response = StreamingHttpResponse(_sent(pieces) if isinstance(request, ASGIRequest) else pieces)
    name = f"audit-{organization.slug}-{clock.now():%Y-%m-%d}.{'csv' if is_table else 'jsonl'}"
    response["Content-Type"] = "text/csv; charset=utf-8" if is_table else "application/jsonl"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = downloads.INERT
    return response


@require_safe
@requires(rules.see)
def program(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(Path(verify.__file__).read_bytes(), content_type="text/x-python")
    response["Content-Disposition"] = content_disposition_header(True, "verify.py")
    response["Content-Security-Policy"] = downloads.INERT
    return response


async def _sent(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await in_thread(partial(next, pieces, None))) is not None:
        yield piece


def _while_allowed(member: Member, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Go on while the reader may: a long log takes minutes. What breaks off is a failed download, and no short log."""
    for piece in pieces:
        with tenancy.organization_scope(member.organization_id):
            now = member.as_of_now()
        if now is None or not rules.see(now):
            raise NotAllowed("You may not read the audit log any more, so this export ended early.")
        yield piece


def _table(organization_id: UUID, asked: Asked) -> Iterator[bytes]:
    yield "\ufeff".encode() + _written([HEAD])
    pages = reading.every(asked)
    while True:
        with tenancy.organization_scope(organization_id):
            page = next(pages, None)
        if page is None:
            return
        yield _written(_row(each) for each in page)


def _row(each: Entry) -> list[object]:
    row, seal = each.row, each.seal
    return [
        lines.instant(row.at), each.who, row.actor_kind, each.sentence, row.name, f"{row.subject_kind} {row.subject_id or ''}",
        each.address, row.request_id, seal.sequence if seal else "", bytes(seal.hash).hex() if seal else "",
    ]  # fmt: skip


def _written(rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([spreadsheets.safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
