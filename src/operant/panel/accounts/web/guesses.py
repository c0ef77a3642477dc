"""
Codes from mails count their wrong tries in the session, which each request reads before the others have written: many at
once would all be the first. Here they are counted in one statement, before they are compared.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from operant.platform.refusals import TooMany

from ..models import Tries

MOST, SECONDS = 20, 600


def few(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a session try few codes on a page in ten minutes, however many come at once."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and "code" in request.POST and request.session.session_key:
            key = hashlib.sha256(f"accounts.guess:{request.session.session_key}:{request.path}".encode()).hexdigest()
            if Tries.take(key, most=MOST, seconds=SECONDS) is None:
                raise TooMany("Too many codes were tried here. Begin again in ten minutes.", retry_after=SECONDS)
        return view(request, *args, **kwargs)

    return counted
