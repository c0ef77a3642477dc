from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from operant.platform.events.actors import coming_from

from .adapter import client_ip

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Next = Callable[[HttpRequest], HttpResponse]


class OneCookieOfAName:
    """Two session cookies of one name mean that somebody planted one: neither is believed, both are cleared."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = settings.SESSION_COOKIE_NAME
        sent = [part.strip().partition("=")[0] for part in request.META.get("HTTP_COOKIE", "").split(";")]
        if sent.count(name) < 2:
            return self.get_response(request)
        request.COOKIES.pop(name, None)
        response = self.get_response(request)
        response.delete_cookie(name, domain=settings.SESSION_COOKIE_DOMAIN, samesite="Lax")
        return response


class NotesAddress:
    """Notes where a request came from, for the entries that it makes in the audit log."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from(client_ip(request)):
            return self.get_response(request)


class SameOriginWrites:
    """Refuse unsafe requests that the browser itself says come from another site (Fetch Metadata)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if request.method not in SAFE and site not in {"same-origin", "none"}:
            return JsonResponse(
                {"error": "cross_site", "message": "This was sent from another site. Open Operant and try there."},
                status=403,
            )
        return self.get_response(request)
