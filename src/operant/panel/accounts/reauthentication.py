"""
Is it still you? Asked again before whatever changes who may enter.

`@recently` guards a view: whoever has not proved themselves within five minutes is asked to, and then led back to what
they were about to do. It stands under the decorators that say who may come at all.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse

from operant.platform import clock

RECENT_FOR = timedelta(minutes=5)


def recently(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only people into a view who proved themselves within five minutes; others are asked, and then led back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_recent(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return guarded


def is_recent(request: HttpRequest) -> bool:
    """Return whether whoever is signed in proved it within five minutes."""
    at = max((each["at"] for each in get_authentication_records(request, request.user)), default=0)
    return clock.now().timestamp() - at < RECENT_FOR.total_seconds()
