from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from operant.platform import trail
from operant.platform.observing import peers

Raw = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Routes:
    """Raw ASGI functions by method and exact path, with the security headers every answer carries."""

    by_key: dict[tuple[str, str], Raw]
    headers: Callable[..., Headers]
    _kept: dict[tuple[str, bool], Headers] = field(default_factory=dict)

    def kept(self, scope: dict[str, Any]) -> Headers:
        """Return the headers that a raw route's answers carry: they are few and asked very often, so worked out once."""
        key = (scope["path"], _is_secure(scope))
        if key not in self._kept:
            self._kept[key] = self.headers(*key)
        return self._kept[key]

    async def answered(self, scope: dict[str, Any], receive: Any, send: Any) -> bool:
        """Return whether a raw route took the request."""
        raw = self.by_key.get((scope.get("method", ""), scope.get("path", ""))) if scope["type"] == "http" else None
        # To whoever may not come there is nothing at this address, so Django says the same as everywhere else.
        if raw is None or not getattr(raw, "may", _everybody)(scope):
            return False
        trail.note(route=scope["path"])
        await raw(scope, receive, self._with(lambda: self.kept(scope), send))
        return True

    def secured(self, scope: dict[str, Any], send: Any) -> Any:
        """Return `send` with the security headers added to what it starts."""
        return self._with(lambda: self.headers(scope["path"], _is_secure(scope)), send)

    def _with(self, headers: Callable[[], Headers], send: Any) -> Any:
        async def sending(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *headers()]}
            await send(message)

        return sending


def _is_secure(scope: dict[str, Any]) -> bool:
    return peers.is_secure(scope, trusted=settings.TRUSTED_PROXIES)


def _everybody(scope: dict[str, Any]) -> bool:
    return True
