"""
Is it still you? Asked again before whatever changes who may enter.

`@recently` guards a view: whoever has not proved themselves within five minutes is asked for their second factor, or
for their password where they have none, and then led back to what they were about to do; what they had posted is
posted again for them. It stands under the decorators that say who may come at all:

    @require_POST
    @rules.requires(rules.own_organization)
    @recently
    def transfer(request): …
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from django.http import HttpRequest, HttpResponse

from operant.platform import clock
from operant.platform.refusals import Refusal

from . import queries

RECENT_FOR = timedelta(minutes=5)


def recently(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only people into a view who proved themselves within five minutes; others are asked, and then led back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_recent(request):
            return view(request, *args, **kwargs)
        if not (methods := get_adapter().get_reauthentication_methods(request.user)):
            raise Refusal("Nothing is left to ask you for. Set a password first: sign out, and choose “Forgot your password?”.")
        return suspend_request(request, methods[0]["url"])

    return guarded


def is_recent(request: HttpRequest) -> bool:
    """Return whether whoever is signed in proved it within five minutes, with their second factor if they have one."""
    proofs = get_authentication_records(request, request.user)
    if queries.has_factor(request.user.pk):
        proofs = [each for each in proofs if each["method"] == "mfa"]
    at = max((each["at"] for each in proofs), default=0)
    return clock.now().timestamp() - at < RECENT_FOR.total_seconds()
