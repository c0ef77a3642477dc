"""Four habits of every request: secure headers, forms in UTF-8, refusals as pages, partials that behave."""

from django.contrib.messages import get_messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from operant.platform.refusals import Refusal
from operant.platform.ui import errors, security
from operant.platform.ui.context import is_unasked


class SecurityHeaders:
    """Stands first, so that it covers static files and every failure as well."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        needs = getattr(response, "security_needs", None)
        for name, value in security.security_headers(request.path, request.is_secure(), needs):
            response.headers.setdefault(name.decode(), value.decode())
        # Without a session too: an address from a mail is a secret, and so is what stands there.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class Utf8Forms:
    """Refuse forms in another encoding than UTF-8: some that Python knows by name are not even encodings of text."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        if (request.encoding or "utf-8").lower() not in {"utf-8", "utf8"}:
            return errors.respond(request, 400)
        return self.get_response(request)


class RefusalMiddleware:
    """Turns a `Refusal` or a method that is not answered into a page; the scope has rolled back by then."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return errors.respond(request, 405, headers={"Allow": response.headers["Allow"]})
        return response

    def process_exception(self, request, exception):
        if not isinstance(exception, Refusal):
            return None
        wait = getattr(exception, "retry_after", None)
        return errors.respond(
            request,
            exception.status,
            sentence=exception.sentence,
            code=exception.code,
            headers={"Retry-After": str(wait)} if wait else None,
        )


class Partials:
    """
    Lets one view serve pages and htmx alike.

    A redirect becomes a navigation of the whole page instead of being swapped into a part of it, and waiting
    messages travel with the partial. What the page asks by itself (`Unasked`) leads nobody away from what they write, and
    takes no message, which would be lost if the page is just being left.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.headers.get("HX-Request") != "true":
            return response
        patch_vary_headers(response, ["HX-Request"])
        if response.status_code in (301, 302, 303, 307, 308):
            return HttpResponse(status=204) if is_unasked(request) else _as_navigation(response)
        if _takes_toasts(response) and not is_unasked(request):
            response.content += _waiting_toasts(request)
        return response


def _as_navigation(response) -> HttpResponse:
    answer = HttpResponse(headers={"HX-Redirect": response.headers["Location"]})
    answer.cookies = response.cookies
    return answer


def _takes_toasts(response) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    leaves = "HX-Redirect" in response.headers or "HX-Refresh" in response.headers
    return is_html and not leaves and not response.streaming and response.status_code != 204


def _waiting_toasts(request) -> bytes:
    waiting = list(get_messages(request)) if hasattr(request, "_messages") else []
    return render_to_string("ui/_toasts_partial.html", {"messages": waiting}).encode() if waiting else b""
