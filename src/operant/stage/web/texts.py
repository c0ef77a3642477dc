from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from operant.panel.organizations.rules import may, requires
from operant.platform.files.downloads import INERT
from operant.platform.ui import toasts

from .. import actions, comparing, queries, rules, saved, text
from ..models import Dashboard


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see)
def words(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    if request.method == "POST":
        return _replaced(request, dashboard_id=dashboard_id, found=found)
    return _page(request, found, text.written(found.draft, queries.source_labels(), saved.contents()))


@require_safe
@requires(rules.see)
def file(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    found = queries.dashboard(dashboard_id)
    side = comparing.side(found, request.GET.get("version", comparing.DRAFT))
    name = f"{slugify(found.name) or 'dashboard'}.yaml"
    return HttpResponse(
        text.written(side.document, queries.source_labels(), saved.contents()), content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": INERT},
    )  # fmt: skip


@requires(rules.edit)
def _replaced(request: HttpRequest, dashboard_id: UUID, found: Dashboard) -> HttpResponse:
    sent = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        after = actions.replace_with_text(dashboard=found, words=sent, revision=_revision(request))
    except text.InvalidText as error:
        return _page(request, found, sent, error.details["fields"], revision=request.POST.get("revision", ""))
    if after.revision == found.revision:
        toasts.done(request, "The draft says that already. Nothing was changed.")
    else:
        undo = reverse("dashboard-draft-return", args=[request.organization.slug, dashboard_id])
        toasts.done(request, "The draft is what the text says. Publish it when it is right.", undo=undo)
    return redirect("dashboard", request.organization.slug, dashboard_id)


def _revision(request: HttpRequest) -> int | None:
    sent = request.POST.get("revision", "")
    # Python refuses to read a number of thousands of digits, and no draft gets to eighteen.
    return int(sent[:18]) if sent.isascii() and sent.isdigit() else None


def _page(
    request: HttpRequest, found: Dashboard, shown: str, mistakes: list[dict] | None = None, revision: str = ""
) -> HttpResponse:
    context = {
        "dashboard": found, "text": shown, "mistakes": mistakes, "revision": revision or found.revision,
        "may_edit": may(request.membership, rules.edit, about=found.pk),
    }  # fmt: skip
    return render(request, "stage/text.html", context, status=422 if mistakes else 200)
