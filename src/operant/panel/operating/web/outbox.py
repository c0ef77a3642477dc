from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from operant.panel.organizations.models import Role
from operant.platform.messaging import outbox as box
from operant.platform.ui import cells
from operant.platform.ui.tables import Column, Empty, Table

from .guarding import for_whoever_sits_here

EMPTY = Empty("No mail lies here.", "lucide--mail")


@for_whoever_sits_here(Role.OWNER)
def outbox(request: HttpRequest) -> HttpResponse:
    table = Table(
        box.latest(), request, name="outbox", label="Mails", search=["subject", "to"], search_label="Search mails",
        empty=EMPTY,
        columns=[
            Column("subject", "Subject", sort=True, cell=_headline),
            Column("at", "Written", sort=True, align="end", phone=True),
        ],
    )  # fmt: skip
    return table.respond("operating/outbox.html", {"has_server": bool(settings.SMTP_URL)})


@for_whoever_sits_here(Role.OWNER)
def outbox_mail(request: HttpRequest, message: UUID) -> HttpResponse:
    mail = box.mail(message)
    if mail is None:
        raise Http404
    return render(request, "operating/outbox_mail.html", {"mail": mail})


def _headline(mail: box.Mail) -> str:
    return cells.link(reverse("outbox_mail", args=[mail.id]), mail.subject, under=f"To {mail.to}")
