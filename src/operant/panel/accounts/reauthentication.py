"""
Is it still you? Asked again before whatever changes who may enter.

`@recently` guards a view: whoever has not proved themselves within five minutes is asked for their second factor, or
for their password where they have none, and then led back to what they were about to do; what they had posted is
posted again for them. It stands under the decorators that say who may come at all:

    @require_POST
    @rules.requires(rules.own_organization)
    @recently
    def transfer(request): …

`@recently_to_post` does so only over what is posted: the page is seen, and the question comes with the act. Where what
was posted decides whether to ask at all, a view calls `asked` itself.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, suspend_request
from django.http import HttpRequest, HttpResponse

from operant.platform import clock
from operant.platform.refusals import Refusal

from . import queries

RECENT_FOR = timedelta(minutes=5)


def recently(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only people into a view who proved themselves within five minutes; others are asked, and then led back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return asked(request) or view(request, *args, **kwargs)

    return guarded


def recently_to_post(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let everybody see a view, but post to it only people who proved themselves within five minutes."""
    guarded = recently(view)

    @wraps(view)
    def chosen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (guarded if request.method == "POST" else view)(request, *args, **kwargs)

    return chosen


def asked(request: HttpRequest, *, repeats: bool = True) -> HttpResponse | None:
    """
    Return what asks whoever is signed in whether it is still them, or nothing when they proved it within five minutes.

    Where it `repeats` not, what was posted is not posted again for them: they see the page that they posted it from.

    :raises Refusal: when they have neither a password, nor a second factor, nor a provider that could say so.
    """
    if is_recent(request):
        return None
    if not (methods := get_adapter().get_reauthentication_methods(request.user)):
        raise Refusal("Nothing is left to ask you for. Set a password first: sign out, and choose “Forgot your password?”.")
    question = suspend_request(request, methods[0]["url"])
    if not repeats:
        request.session.pop(STATE_SESSION_KEY, None)
    return question


def is_recent(request: HttpRequest) -> bool:
    """Return whether whoever is signed in proved it within five minutes, with their second factor if they have one."""
    proofs = get_authentication_records(request, request.user)
    if queries.has_factor(request.user.pk):
        proofs = [each for each in proofs if each["method"] == "mfa"]
    at = max((each["at"] for each in proofs), default=0)
    return clock.now().timestamp() - at < RECENT_FOR.total_seconds()
