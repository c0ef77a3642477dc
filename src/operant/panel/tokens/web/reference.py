"""The contract for programs, and the page on which people read it. Both are the same for everybody."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from operant.platform.api import contract, problems, reading
from operant.platform.api.routes import tagged
from operant.platform.api.scopes import known

View = Callable[[HttpRequest], HttpResponse]


def contract_of(api: Any) -> View:
    """Return the view of an API's contract: OpenAPI 3.1."""
    whole = cache(lambda: json.dumps({**contract.whole(api), "servers": [{"url": settings.PUBLIC_URL}]}).encode())

    @require_safe
    def described(request: HttpRequest) -> HttpResponse:
        return tagged(request, HttpResponse(whole(), content_type="application/json"))

    return described


def page_of(api: Any) -> View:
    """Return the view of the page that explains an API."""
    read = cache(lambda: reading.read(contract.whole(api), settings.PUBLIC_URL))

    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        context = {
            "reference": read(), "address": settings.PUBLIC_URL + contract.ROOT, "scopes": known(),
            "problems": [(status, *told) for status, told in problems.TITLES.items()],
            "limit": settings.API_PER_MINUTE,
        }  # fmt: skip
        return render(request, "tokens/reference.html", context)

    return page
