from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from operant.platform.ui import reading

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


class WritesForTheReader:
    """Times and numbers are written as whoever is signed in reads them."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with reading.written_for(lambda: request.user):
            return self.get_response(request)
