from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Raw = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Routes:
    """Raw ASGI functions by method and exact path, with the security headers every answer carries."""

    by_key: dict[tuple[str, str], Raw]
    headers: Callable[..., list[tuple[bytes, bytes]]]

    async def answered(self, scope: dict[str, Any], receive: Any, send: Any) -> bool:
        """Return whether a raw route took the request."""
        raw = self.by_key.get((scope.get("method", ""), scope.get("path", ""))) if scope["type"] == "http" else None
        if raw is None:
            return False
        await raw(scope, receive, self.secured(scope, send))
        return True

    def secured(self, scope: dict[str, Any], send: Any) -> Any:
        """Return `send` with the security headers added to what it starts."""

        async def sending(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                more = self.headers(scope["path"], scope.get("scheme") == "https")
                message = {**message, "headers": [*message.get("headers", []), *more]}
            await send(message)

        return sending
