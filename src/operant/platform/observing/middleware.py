from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from operant.platform import trail


class NotesRoute:
    """Notes which route a request took: its pattern, since in its path may stand a token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        # The same words as in the inventory of routes.
        pattern = request.resolver_match.route  # type: ignore[union-attr]
        trail.note(route="/" + pattern.replace("^", "").replace("$", ""))
