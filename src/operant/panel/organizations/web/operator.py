"""The operator's own pages: who may come, and the outbox, where mail goes when no server is configured."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from operant.platform.messaging import outbox as box
from operant.platform.observing import peers

from .. import queries, rules


def for_operators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in whoever sits at this machine, and members of the operator's organization. Others find nothing."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not (_sits_here(request) or _is_operator(request)):
            raise Http404
        return view(request, *args, **kwargs)

    guarded.auth = "operator"  # type: ignore[attr-defined]
    return guarded


def tabs(current: str) -> list[dict[str, Any]]:
    """Return the tabs of the operator's pages."""
    pages = (("outbox", "Outbox"), ("failures", "Errors"))
    return [{"label": label, "url": reverse(name), "current": name == current, "count": None} for name, label in pages]


@for_operators
def outbox(request: HttpRequest) -> HttpResponse:
    context = {"mails": box.latest(), "has_server": bool(settings.SMTP_URL), "tabs": tabs("outbox")}
    return render(request, "organizations/outbox.html", context)


@for_operators
def outbox_mail(request: HttpRequest, message: UUID) -> HttpResponse:
    mail = box.mail(message)
    if mail is None:
        raise Http404
    return render(request, "organizations/outbox_mail.html", {"mail": mail})


def _sits_here(request: HttpRequest) -> bool:
    is_here = settings.IS_LOCAL and peers.names_this_machine(request.get_host())
    return is_here and not peers.is_forwarded(request.headers)


def _is_operator(request: HttpRequest) -> bool:
    if not request.user.is_authenticated:
        return False
    theirs = [each for each in queries.memberships_of(request.user.pk) if queries.may_enter(each)]
    return rules.is_operator(theirs)
