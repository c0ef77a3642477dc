"""Endpoints: one verb of one room over JSON. What all have in common happens here, in this order."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, UploadedFile
from pydantic import BaseModel

from operant.platform.refusals import NotAllowed, Refusal

from . import contract, paging, repeats
from .callers import Caller
from .problems import MissingScope

Upload = File[UploadedFile]
Endpoint = Callable[..., BaseModel | bytes | None]
Decorated = Callable[[Endpoint], Endpoint]
__all__ = ["Query", "Routes", "Upload"]


class Routes:
    """A room's endpoints under one heading of the reference."""

    def __init__(self, heading: str) -> None:
        self.router = Router(tags=[heading])

    def get(self, path: str, **told: Any) -> Decorated:
        """Declare an endpoint that reads."""
        return self._endpoint("GET", path, **told)

    def post(self, path: str, **told: Any) -> Decorated:
        """Declare an endpoint that makes something; `status` is 201 unless told. It takes idempotency keys."""
        return self._endpoint("POST", path, **{"status": 201, **told})

    def put(self, path: str, **told: Any) -> Decorated:
        """Declare an endpoint that replaces something."""
        return self._endpoint("PUT", path, **told)

    def patch(self, path: str, **told: Any) -> Decorated:
        """Declare an endpoint that changes what its body names."""
        return self._endpoint("PATCH", path, **told)

    def delete(self, path: str, **told: Any) -> Decorated:
        """Declare an endpoint that ends something and answers 204."""
        return self._endpoint("DELETE", path, **{"status": 204, **told})

    def _endpoint(
        self, method: str, path: str, *, needs: str = "", rule: Any = None, gives: Any = None, status: int = 200,
        refuses: tuple[int, ...] = (), own_scope: bool = False, takes_files: bool = False,
        prepare: Callable[..., Any] | None = None,
    ) -> Decorated:  # fmt: skip
        """
        Declare an endpoint.

        `needs` names the scope, `rule` what the person behind the token must meet, `gives` the shape of the answer,
        `refuses` what it may answer beyond the usual. `own_scope` leaves opening scopes to the endpoint, for what is
        slow and changes nothing. `takes_files` makes its body a form with files, and lets large ones in. `prepare`
        runs before the scope, and what it returns is `request.prepared`.
        """

        def declare(view: Endpoint) -> Endpoint:
            way_in = _way_in(view, needs, rule, gives, status, own_scope, prepare)
            way_in.needs, way_in.rule, way_in.takes_files = needs, rule, takes_files  # type: ignore[attr-defined]
            takes_keys = method == "POST" and not own_scope
            self.router.add_api_operation(
                path, [method], way_in, response={status: gives}, operation_id=view.__name__,
                summary=contract.summary(view), description=contract.description(view, needs, rule),
                openapi_extra=contract.extra(path, method, view, refuses, takes_keys, bool(needs or rule)),
            )
            return view

        return declare


def _way_in(
    view: Endpoint, needs: str, rule: Any, gives: Any, status: int, own_scope: bool, prepare: Any
) -> Callable[..., HttpResponse]:
    @wraps(view)
    def way_in(request: HttpRequest, **values: Any) -> HttpResponse:
        caller: Caller = request.auth  # type: ignore[attr-defined]
        _allow(caller, needs, rule, values)

        def work() -> HttpResponse:
            return _rendered(request, view(request, **values), status)

        if own_scope:
            return work()
        return _in_scope(request, caller, work, lambda: prepare and prepare(request, **values))

    return way_in


def _allow(caller: Caller, needs: str, rule: Any, values: dict[str, Any]) -> None:
    if needs and needs not in caller.scopes:
        raise MissingScope(needs)
    if rule and not rule.allows(caller.member, values):
        raise NotAllowed(
            f"This token acts as {caller.member.role} here; this needs {rule.role.value} or more. It never has more "
            "rights than whoever made it had then, and has now."
        )


def _in_scope(
    request: HttpRequest, caller: Caller, work: Callable[[], HttpResponse], prepare: Callable[[], Any]
) -> HttpResponse:
    key = repeats.key_of(request) if request.method == "POST" else ""
    if before := _replayed(request, caller, key):
        return before
    try:
        request.prepared = prepare()  # type: ignore[attr-defined]
    except Refusal:
        # Perhaps because the same request, over another connection, has just had its effect.
        if before := _replayed(request, caller, key):
            return before
        raise
    with caller.scope():
        return repeats.once(request, caller, key, work) if key else work()


def _replayed(request: HttpRequest, caller: Caller, key: str) -> HttpResponse | None:
    if not key:
        return None
    with caller.scope():
        return repeats.replayed(request, caller, key)


def _rendered(request: HttpRequest, told: BaseModel | bytes | None, status: int) -> HttpResponse:
    if told is None:
        return HttpResponse(status=status)
    # What is JSON already is passed on as it is.
    body = told if isinstance(told, bytes) else told.model_dump_json().encode()
    response = HttpResponse(body, status=status, content_type="application/json")
    if isinstance(told, paging.Page) and told.next:
        response["Link"] = paging.link(request.build_absolute_uri(request.path), request.GET.dict(), told.next)
    return tagged(request, response) if request.method == "GET" else response


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return an answer with its checksum, or 304 when the caller has it already."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    for name, value in headers.items():
        response.headers[name] = value
    return response
