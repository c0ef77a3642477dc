"""Every request, watched from outside: its id, its line in the log, its figures, and what happens when it fails."""

import logging
import re
from collections.abc import Awaitable, Callable
from functools import cache
from time import perf_counter
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from operant.platform import trail

from . import peers

log = logging.getLogger("operant.requests")
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NOWHERE = "none"
ANSWERED = Counter("operant_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "operant_request_seconds", "Time until the answer began.", ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)  # fmt: skip
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
        with trail.begin(request_id=self._identity(scope), method=method, route=NOWHERE) as known:
            answer = _Answer(known, send)
            try:
                await self._application(scope, receive, answer.send)
            except Exception:
                log.exception("A request failed.")
                if not answer.status:
                    await self._fail(scope, answer.send, known["request_id"])
            finally:
                answer.end(is_quiet=known["route"] in self._quiet)

    def _identity(self, scope: dict[str, Any]) -> str:
        # What comes from nobody we know could be chosen to mislead whoever reads the log.
        named = peers.header(scope, b"x-request-id") if self._trusted else ""
        return named if WELL_FORMED.fullmatch(named) else trail.new_id()


@cache
def _figures(method: str, route: str, status: int) -> tuple[Histogram, Counter]:
    # Looking labels up took longer than everything else here, ten thousand times a second.
    return SECONDS.labels(method, route), ANSWERED.labels(method, route, status)


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
        seconds, answered = _figures(self._known["method"], self._route, self.status)
        seconds.observe(perf_counter() - self._begun)
        answered.inc()
        self._is_stream = any(name == b"content-type" and b"event-stream" in value for name, value in headers)
        if self._is_stream:
            STREAMS.labels(self._route).inc()
        return {**message, "headers": [*headers, (b"x-request-id", self._known["request_id"].encode())]}

    def end(self, *, is_quiet: bool) -> None:
        if self._is_stream:
            STREAMS.labels(self._route).dec()
        if not is_quiet or self.status >= 400:
            took = round((perf_counter() - self._begun) * 1000, 1)
            log.info("request", extra={"status": self.status, "duration_ms": took})
