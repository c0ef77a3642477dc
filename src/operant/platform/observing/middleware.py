from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from operant.platform import trail

from . import usage


class NotesRoute:
    """Notes which route a request took: its pattern, since in its path may stand a token. Counts what it was for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 and not _asks_again(request):
            _count(request)
        return response

    def process_view(self, request: HttpRequest, *view: object) -> None:
        # The same words as in the inventory of routes.
        pattern = request.resolver_match.route  # type: ignore[union-attr]
        trail.note(route="/" + pattern.replace("^", "").replace("$", ""))


def _asks_again(request: HttpRequest) -> bool:
    # A page that keeps itself current is not opened by anybody.
    return request.method == "HEAD" or (request.method == "GET" and "HX-Request" in request.headers)


def _count(request: HttpRequest) -> None:
    match, organization = request.resolver_match, getattr(request, "organization", None)
    # An address of the API names no organization: there the token does, whose scope the trail knows.
    known = str(organization.pk) if organization else trail.current().get("organization_id")
    if match and known and usage.is_feature(match.url_name):
        usage.tally.count(UUID(known), match.url_name)
