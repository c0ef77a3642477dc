"""The invitation that a browser came with: its session keeps the token for as long as it is good for something."""

from django.http import HttpRequest

from operant.platform.refusals import Gone

from . import queries
from .models import Invitation

INVITATION = "invitation"


def is_invited(request: HttpRequest) -> bool:
    """Return whether this browser came with an invitation that is open."""
    return offered(request) is not None


def offered(request: HttpRequest) -> Invitation | None:
    """Return the open invitation that this browser came with. One that is gone is forgotten."""
    # Once in a request: a form that was made for somebody invited is that until it is answered.
    if not hasattr(request, "offered"):
        request.offered = _open(request)  # type: ignore[attr-defined]
    return request.offered  # type: ignore[attr-defined]


def _open(request: HttpRequest) -> Invitation | None:
    if INVITATION not in request.session:
        return None
    try:
        return queries.invitation(request.session[INVITATION])[1]
    except Gone:
        del request.session[INVITATION]
        return None
