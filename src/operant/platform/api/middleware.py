from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import problems

PREFIX = "/api/"


class ApiAnswers:
    """
    Under /api/ no cookie counts, and every failure is a problem: also those from before an endpoint was found.

    It stands outside the session, so that none is ever read or made there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != problems.CONTENT_TYPE:
            response = _problem(response)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Vary"] = "Authorization"
        caller = getattr(request, "auth", None)
        for name, value in (caller.pace.headers() if caller else {}).items():
            response.headers.setdefault(name, value)
        return response


def _problem(response: HttpResponse) -> HttpResponse:
    if response.status_code >= 500 and response.status_code != 503:
        return problems.of_failure()
    kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    return problems.problem(response.status_code, headers=kept)
