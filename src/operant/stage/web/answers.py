"""JSON in and out, for the editor and the wall."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from operant.platform.refusals import Invalid, Refusal
from operant.platform.tenancy import context

LARGEST = 1_000_000


class TooLarge(Refusal):
    status = 413
    code = "too_large"


def as_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer refusals as JSON, with whatever else they know, whatever the caller accepts."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            if context.is_open():
                transaction.set_rollback(True)
            body = {"error": refusal.code, "message": refusal.sentence, **getattr(refusal, "details", {})}
            return JsonResponse(body, status=refusal.status)

    return answered


def body(request: HttpRequest) -> dict[str, Any]:
    """
    Return the request's JSON object.

    :raises TooLarge: when it is larger than any dashboard.
    :raises Invalid: when it is no JSON object.
    """
    try:
        raw = request.body
    except RequestDataTooBig:
        raw = None
    if raw is None or len(raw) > LARGEST:
        raise TooLarge("This dashboard is too large to be kept. Nothing was saved.")
    try:
        found = json.loads(raw, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise Invalid("This is not JSON that can be read.") from None
    if not isinstance(found, dict):
        raise Invalid("A JSON object was expected here.")
    return found


def text(found: dict[str, Any], key: str) -> str:
    """
    Return a text of a request's body; absent is empty.

    :raises Invalid: when it is something else.
    """
    value = found.get(key, "")
    if not isinstance(value, str) or "\0" in value or not _is_whole(value):
        raise Invalid(f"{key} must be text.")
    return value


def whole(found: dict[str, Any], key: str) -> int:
    """
    Return a whole number of a request's body.

    :raises Invalid: when it is something else.
    """
    value = found.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(f"{key} must be a whole number.")
    return value


def _is_whole(text: str) -> bool:
    # JSON can spell half a character; nothing can store one.
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refused(constant: str) -> None:
    raise ValueError(constant)
