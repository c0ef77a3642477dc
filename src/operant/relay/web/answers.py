"""How devices are answered: JSON with a code and a sentence, whatever went wrong. No session, no cookie, no page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from operant.platform.refusals import Invalid, Refusal

from ..refusals import Expired, TooLarge
from ..tokens import Access, read_access
from ..wire import MOST_BYTES, Body

MOST_SHOWN = 600
SomeBody = TypeVar("SomeBody", bound=Body)
View = Callable[[HttpRequest], HttpResponse]


def device(method: str) -> Callable[[View], View]:
    """Make a view a device's: one method, JSON refusals, never cached; no session, so no cross-site check either."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answering(request: HttpRequest) -> HttpResponse:
            if request.method != method:
                return _refusal(405, "method_not_allowed", f"This address answers {method} only.", {"Allow": method})
            try:
                response = view(request)
            except Refusal as refusal:
                response = refused(refusal)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        answering.auth = "device"  # type: ignore[attr-defined]
        return answering

    return decorate


def refused(refusal: Refusal) -> HttpResponse:
    """Return a refusal as a device reads it."""
    wait = getattr(refusal, "retry_after", None)
    return _refusal(refusal.status, refusal.code, refusal.sentence, {"Retry-After": str(wait)} if wait else {})


def body_of(request: HttpRequest, shape: type[SomeBody]) -> SomeBody:
    """
    Return a request's body in its shape.

    :raises TooLarge: when it is longer than any device has to say.
    :raises Invalid: when it is not of that shape.
    """
    return parsed(bytes_of(request, MOST_BYTES), shape)


def bytes_of(request: HttpRequest, most: int) -> bytes:
    """
    Return a request's body.

    :raises TooLarge: when it is longer than `most`.
    :raises Invalid: when it breaks off.
    """
    # The length is asked first, so that nothing long is read into memory.
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise _too_large(most)
    try:
        content = request.body
    except (UnreadablePostError, RawPostDataException):
        raise Invalid("The body could not be read to its end.") from None
    if len(content) > most:
        raise _too_large(most)
    return content


def parsed(raw: bytes, shape: type[SomeBody]) -> SomeBody:
    """
    Return bytes in a shape.

    :raises TooLarge: when there are too many.
    :raises Invalid: naming the first thing that does not fit.
    """
    if len(raw) > MOST_BYTES:
        raise _too_large()
    try:
        return shape.model_validate_json(raw)
    except ValidationError as error:
        first: Any = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{place or 'The body'}: {first['msg']}."[:300]) from None


def access_of(header: str | None) -> Access:
    """
    Return whose bearer token a header holds.

    :raises Expired: when there is none, or it is not valid any more.
    """
    return read_access(bearer_of(header))


def bearer_of(header: str | None) -> str:
    """
    Return the token in a header, whatever stands around it.

    :raises Expired: when there is none, or more than any token of ours.
    """
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > MOST_SHOWN:
        raise Expired
    return token.strip()


def _too_large(most: int = MOST_BYTES) -> TooLarge:
    return TooLarge(f"At most {most} bytes are read.")


def _refusal(status: int, code: str, sentence: str, headers: dict[str, str]) -> HttpResponse:
    return JsonResponse({"error": code, "message": sentence}, status=status, headers=headers)
