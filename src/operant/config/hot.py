from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Raw = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Routes:
    """Raw ASGI functions by method and exact path, with the security headers every answer carries."""

    by_key: dict[tuple[str, str], Raw]
    headers: Callable[..., list[tuple[bytes, bytes]]]
    _kept: dict[tuple[str, bool], list[tuple[bytes, bytes]]] = field(default_factory=dict)

    async def answered(self, scope: dict[str, Any], receive: Any, send: Any) -> bool:
        """Return whether a raw route took the request."""
        raw = self.by_key.get((scope.get("method", ""), scope.get("path", ""))) if scope["type"] == "http" else None
        if raw is None:
            return False
        key = (scope["path"], scope.get("scheme") == "https")
        if key not in self._kept:
            self._kept[key] = self.headers(*key)
        await raw(scope, receive, _with(self._kept[key], send))
        return True

    def secured(self, scope: dict[str, Any], send: Any) -> Any:
        """Return `send` with the security headers added to what it starts."""
        return _with(self.headers(scope["path"], scope.get("scheme") == "https"), send)


def _with(headers: list[tuple[bytes, bytes]], send: Any) -> Any:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), *headers]}
        await send(message)

    return sending
