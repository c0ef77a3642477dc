"""
Addresses that machines ask all the time: a small body in, one whole answer out.

They go past everything that wraps a request, which cost several times what the work itself did, so what the wraps
do for all others is done here once: the request's id, its figures, a body's bounds, security headers, failures.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from operant.platform import trail
from operant.platform.live.asgi import Answer, Headers, send_whole
from operant.platform.observing import requests

from .bodies import TOO_SLOW

log = logging.getLogger("operant.requests")
# Far above what any such address takes; each refuses for itself what is too much for it.
MOST_BYTES, MOST_SECONDS = 64 * 1024, 30.0
TEXT = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]


Short = Callable[[dict[str, Any], bytes], Awaitable[Answer]]


class Routes:
    """
    Functions by method and exact path. Each is given the scope and the body, or as much of it as shows that it is too long.

    `headers` are those every answer carries.
    """

    def __init__(
        self, by_key: dict[tuple[str, str], Short], *, headers: Callable[[dict[str, Any]], Headers], trusted_proxies: int
    ) -> None:
        self.by_key, self._headers, self._trusted = by_key, headers, trusted_proxies

    async def answered(self, scope: dict[str, Any], receive: Any, send: Any) -> bool:
        """Return whether one of them took the request."""
        method, path = scope["method"], scope["path"]
        route = self.by_key.get((method, path))
        if route is None:
            return False
        begun, request_id = perf_counter(), requests.identity(scope, trusted=self._trusted)
        with trail.begin(request_id=request_id, method=method, route=path):
            answer = await _answer(route, scope, receive)
            if answer is None:
                return True
            requests.count(method, path, answer.status, perf_counter() - begun)
            await send_whole(send, answer, [*self._headers(scope), (b"x-request-id", request_id.encode())])
            if answer.status >= 400:
                requests.tell(answer.status, begun)
        return True


async def _answer(route: Short, scope: dict[str, Any], receive: Any) -> Answer | None:
    """Return what is answered; None when nobody is there any more."""
    try:
        body = await _body(receive)
        return None if body is None else await route(scope, body)
    except _TooSlow:
        return Answer(408, TOO_SLOW.encode(), TEXT)
    except Exception:
        log.exception("A request failed.")
        return Answer(500, requests.failure(trail.request_id()), TEXT)


class _TooSlow(Exception):
    """The body does not end."""


async def _body(receive: Any) -> bytes | None:
    # What came together with its head, which is nearly always so, needs no clock beside it.
    if not getattr(getattr(receive, "__self__", None), "more_body", True):
        return (await receive()).get("body")
    body = b""
    try:
        async with asyncio.timeout(MOST_SECONDS):
            while len(body) <= MOST_BYTES:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    break
    except TimeoutError:
        raise _TooSlow from None
    return body
