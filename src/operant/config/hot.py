from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from operant.platform import trail
from operant.platform.observing import peers

Raw = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Routes:
    """Raw ASGI functions by method and exact path, with the security headers every answer carries."""

    by_key: dict[tuple[str, str], Raw]
    headers: Callable[..., list[tuple[bytes, bytes]]]

    async def answered(self, scope: dict[str, Any], receive: Any, send: Any) -> bool:
        """Return whether a raw route took the request."""
        raw = self.by_key.get((scope.get("method", ""), scope.get("path", ""))) if scope["type"] == "http" else None
        # To whoever may not come there is nothing at this address, so Django says the same as everywhere else.
        if raw is None or not getattr(raw, "may", _everybody)(scope):
            return False
        trail.note(route=scope["path"])
        await raw(scope, receive, self.secured(scope, send))
        return True

    def secured(self, scope: dict[str, Any], send: Any) -> Any:
        """Return `send` with the security headers added to what it starts."""

        async def sending(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                more = self.headers(scope["path"], peers.is_secure(scope, trusted=settings.TRUSTED_PROXIES))
                message = {**message, "headers": [*message.get("headers", []), *more]}
            await send(message)

        return sending


def _everybody(scope: dict[str, Any]) -> bool:
    return True
