"""The way in: a bearer token and nothing else, its pace, and a body of the type that the endpoint reads."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.security.base import AuthBase

from operant.platform.refusals import TooMany

from .callers import Caller
from .problems import Unauthorized, UnsupportedMediaType

JSON, FORM = "application/json", "multipart/form-data"


class Bearer(AuthBase):
    """Let callers in whom `recognize` knows by their token; it raises `Unauthorized` for all others."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "An API token of the organization: `Authorization: Bearer ot_live_…`"

    def __init__(self, recognize: Callable[[str], Caller]) -> None:
        super().__init__()
        self.recognize = recognize

    def __call__(self, request: HttpRequest) -> Caller:
        caller = self.recognize(shown(request.headers.get("Authorization", "")))
        # Set before anything is refused: every answer says how many requests are left.
        request.auth = caller  # type: ignore[attr-defined]
        if caller.pace.wait:
            raise TooMany(
                f"This token may ask {caller.pace.limit} times a minute. Wait as long as Retry-After says.",
                retry_after=caller.pace.retry_after,
            )
        _expect_type(request)
        return caller


class StrictParser(Parser):
    """Read JSON as it is defined: what Python takes beyond it is no number."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        return json.loads(request.body, parse_constant=_refused)


def shown(header: str) -> str:
    """
    Return the token in an Authorization header.

    :raises Unauthorized: when there is none.
    """
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("Show an API token: `Authorization: Bearer ot_live_…`. Cookies do not count here.")
    return token.strip()


def _expect_type(request: HttpRequest) -> None:
    has_body = request.META.get("CONTENT_LENGTH") not in {None, "", "0"} or "HTTP_TRANSFER_ENCODING" in request.META
    if not has_body or request.method not in {"POST", "PUT", "PATCH"}:
        return
    wanted = FORM if getattr(request.resolver_match.func, "takes_files", False) else JSON
    if request.content_type != wanted:
        raise UnsupportedMediaType(f"This address reads {wanted}. Nothing was changed.")


def _refused(constant: str) -> None:
    raise ValueError(constant)
