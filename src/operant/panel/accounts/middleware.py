import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from operant.platform import reading, tenancy
from operant.platform.events.actors import coming_from
from operant.platform.live import holders

from .adapter import client_ip
from .models import Person
from .sessions import SIGN_IN

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


class HoldsStreams:
    """What a page listens to ends with the session that it was written for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with holders.held_by(holders.SESSION, lambda: request.session.get(SIGN_IN)):
            return self.get_response(request)


class EvenSignUps:
    """
    Let every sign-up take as long as the longest: whoever has an account already is not made anew, which is quicker.

    Sign-in and reset take the same work either way; this one cannot.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path != reverse("account_signup"):
            return self.get_response(request)
        over = time.monotonic() + settings.SIGN_UP_SECONDS
        response = self.get_response(request)
        time.sleep(max(0.0, over - time.monotonic()))
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


class Recognizes(AuthenticationMiddleware):
    """Who is signed in is known at the reception, whatever asks first."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _came_with_session(request) or tenancy.reception()(get_user)(request))


def _came_with_session(request: HttpRequest) -> Person | None:
    """Return whom the session was read with, if all is well with both; where anything is not, Django looks and decides."""
    session = request.session
    proof, person = session.get(HASH_SESSION_KEY, ""), session.person
    if person is None or not person.is_active or session.get(SESSION_KEY) != str(person.pk):
        return None
    is_known_way = session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    return person if is_known_way and constant_time_compare(proof, person.get_session_auth_hash()) else None


class WritesForTheReader:
    """Times and numbers are written as whoever is signed in reads them."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with reading.written_for(lambda: request.user):
            return self.get_response(request)
