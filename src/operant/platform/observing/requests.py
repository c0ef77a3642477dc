"""Every request, watched from outside: its id, its line in the log, its figures, and what happens when it fails."""

import logging
import re
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from prometheus_client import Gauge

from operant.platform import trail

from . import peers
from .counting import count

log = logging.getLogger("operant.requests")
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NOWHERE = "none"
STREAMS = Gauge("operant_open_streams", "Streams of server-sent events that are open.", ["route"])

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class Watched:
    """
    An ASGI application, watched.

    Of the `quiet` routes, which machines ask all the time, only refusals and failures are logged. `fail` answers what
    an application left unanswered; it is given the request's id.
    """

    def __init__(
        self, application: Application, *, trusted_proxies: int, quiet: frozenset[str], fail: Callable[..., Awaitable[None]]
    ) -> None:
        self._application, self._trusted, self._quiet, self._fail = application, trusted_proxies, quiet, fail

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request."""
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        request_id = identity(scope, trusted=self._trusted)
        with trail.begin(request_id=request_id, method=method, route=NOWHERE) as known:
            answer = _Answer(known, send)
            try:
                await self._application(scope, receive, answer.send)
            except Exception:
                log.exception("A request failed.")
                if not answer.status:
                    await self._fail(scope, answer.send, request_id)
            finally:
                answer.end(is_quiet=known["route"] in self._quiet)


def identity(scope: dict[str, Any], *, trusted: int) -> str:
    """Return what a request is called: as the proxy in front named it, or anew."""
    # What comes from nobody we know could be chosen to mislead whoever reads the log.
    named = peers.header(scope, b"x-request-id") if trusted else ""
    return named if WELL_FORMED.fullmatch(named) else trail.new_id()


def failure(request_id: str) -> bytes:
    """Return what whoever asked is told when something failed."""
    said = f"Something failed on our side. If it happens again, tell whoever runs this installation: {request_id}"
    return said.encode()


def tell(status: int, begun: float) -> None:
    """Write the request's line in the log; it began at this reading of the performance counter."""
    log.info("request", extra={"status": status, "duration_ms": round((perf_counter() - begun) * 1000, 1)})


class _Answer:
    __slots__ = ("status", "_known", "_send", "_begun", "_is_stream")

    def __init__(self, known: dict[str, Any], send: Any) -> None:
        self.status, self._known, self._send = 0, known, send
        self._begun, self._is_stream = perf_counter(), False

    @property
    def _route(self) -> str:
        return self._known["route"]

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = self._started(message)
        await self._send(message)

    def _started(self, message: dict[str, Any]) -> dict[str, Any]:
        self.status = message["status"]
        headers = message.get("headers", ())
        count(self._known["method"], self._route, self.status, perf_counter() - self._begun)
        self._is_stream = any(name == b"content-type" and b"event-stream" in value for name, value in headers)
        if self._is_stream:
            STREAMS.labels(self._route).inc()
        return {**message, "headers": [*headers, (b"x-request-id", self._known["request_id"].encode())]}

    def end(self, *, is_quiet: bool) -> None:
        if self._is_stream:
            STREAMS.labels(self._route).dec()
        if not is_quiet or self.status >= 400:
            tell(self.status, self._begun)
