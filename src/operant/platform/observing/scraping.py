"""`GET /metrics`, for those who may ask. To everybody else there is nothing at this address."""

import asyncio
import hmac
import time
from typing import Any

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST

from . import figures, peers
from .threads import in_thread

KEPT_SECONDS = 1.0


class Scraping:
    """The figures of the house, gathered at most once a second."""

    auth = "operator"

    def __init__(self) -> None:
        self._text, self._at, self._lock = b"", 0.0, asyncio.Lock()

    def may(self, scope: dict[str, Any]) -> bool:
        """Return whether this request may see figures: from this machine, from a listed address, or with the token."""
        return _has_token(scope) or _is_listed(scope) or peers.sits_here(scope, through_proxies=_proxies_tell())

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one scrape."""
        async with self._lock:
            if not self._text or time.monotonic() - self._at > KEPT_SECONDS:
                self._text, self._at = await in_thread(figures.text), time.monotonic()
        headers = [
            (b"content-type", CONTENT_TYPE_LATEST.encode()), (b"cache-control", b"no-store"),
            (b"content-length", str(len(self._text)).encode()),
        ]  # fmt: skip
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self._text})


def _has_token(scope: dict[str, Any]) -> bool:
    kind, _, token = peers.header(scope, b"authorization").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and kind.lower() == "bearer" and hmac.compare_digest(token.encode(), wanted.encode())


def _is_listed(scope: dict[str, Any]) -> bool:
    forwarded, peer = peers.header(scope, b"x-forwarded-for"), (scope.get("client") or ("",))[0]
    client = peers.client(forwarded, peer, trusted=settings.TRUSTED_PROXIES)
    return peers.is_among(client, settings.METRICS_FROM)


def _proxies_tell() -> bool:
    # A proxy that nobody told us of may hide that it is one; then a request from this machine says nothing.
    return settings.IS_LOCAL or settings.TRUSTED_PROXIES > 0
