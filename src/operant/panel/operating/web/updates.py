from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.accounts import queries as accounts
from operant.panel.accounts.home import at_home
from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import actions
from ..models import ProductUpdate
from ..queries import updates as found
from .forms import ProductUpdateForm
from .guarding import for_operators

EMPTY = Empty("Nothing was sent yet. What is new can be told to everybody who wants to hear it.", "lucide--megaphone")


@for_operators
@require_http_methods(["GET", "HEAD"])
def updates(request: HttpRequest) -> HttpResponse:
    table = Table(
        found.updates(), request, name="product-updates", label="Product updates", search=["subject"],
        search_label="Search subjects", default_sort="-begun_at", empty=EMPTY,
        columns=[
            Column("subject", "Subject", sort=True, cell=_subject),
            Column("state", "State", value=_state, cell=_shown, phone=True),
            Column("sent", "Mails", sort=True, align="end"),
            Column("begun_at", "Begun", sort=True, align="end"),
        ],
    )  # fmt: skip
    with at_home(request.user):
        return table.respond("operating/updates.html")


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def new_update(request: HttpRequest) -> HttpResponse:
    form = ProductUpdateForm(request.POST or None, initial={"key": uuid4()})
    context = {"form": form, "people": accounts.how_many_reachable()}
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        context |= {"given": form.cleaned_data, "paragraphs": actions.paragraphs(form.cleaned_data["text"])}
        return render(request, "operating/update_preview.html", context)
    return render(request, "operating/new_update.html", context, status=422 if form.errors else 200)


@for_operators
@require_POST
def sending(request: HttpRequest) -> HttpResponse:
    form = ProductUpdateForm(request.POST)
    if not form.is_valid():
        return render(request, "operating/new_update.html", {"form": form}, status=422)
    actions.send_update(**form.cleaned_data, by=request.user)
    toasts.done(request, "The mails are on their way. How far they are stands here.")
    return redirect("operating_updates")


def _subject(update: ProductUpdate) -> str:
    return cells.two_lines(update.subject, update.by.name if update.by else "")


def _state(update: ProductUpdate) -> str:
    return "Sent" if update.finished_at else f"{update.percent} % of {update.total:,} people"


def _shown(update: ProductUpdate) -> str:
    return cells.status("success" if update.finished_at else "busy", _state(update))
