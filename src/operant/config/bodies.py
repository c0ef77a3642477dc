"""How much of a request is taken in. Django would put every body on the disk before anybody asks who sends it."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
_UPLOADS = re.compile(r"/o/[^/]+/sources/([^/]+/)?")
_ENVELOPE = 1_000_000
_REFUSAL = json.dumps(
    {"error": "too_large", "message": "This is more than can be taken in here. Nothing was saved."}
).encode()


class Bounded:
    """A program whose requests end at a size: small everywhere, a file's size where people with a session upload."""

    def __init__(self, app: App, *, small: int, file: int, cookie: str, secured: Callable[..., Any]) -> None:
        self._app, self._small, self._file, self._secured = app, small, file + _ENVELOPE, secured
        self._cookie = f"{cookie}=".encode()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        most, body = self._most(scope), _Body(receive, send)
        if _announced(scope) <= most:
            await self._app(scope, body.receiving(most), body.sending)
            if not body.is_too_large or body.is_answered:
                return
        await _refuse(self._secured(scope, send))

    def _most(self, scope: dict[str, Any]) -> int:
        may_upload = scope["method"] == "POST" and _UPLOADS.fullmatch(scope["path"])
        return self._file if may_upload and self._cookie in _header(scope, b"cookie") else self._small


class _Body:
    def __init__(self, receive: Any, send: Any) -> None:
        self._receive, self._send = receive, send
        self.is_too_large = self.is_answered = False

    def receiving(self, most: int) -> Any:
        taken = 0

        async def receive() -> dict[str, Any]:
            nonlocal taken
            message = await self._receive()
            taken += len(message.get("body", b""))
            if taken > most:
                self.is_too_large = True
                # To Django the client has left: it drops what came and answers nothing.
                return {"type": "http.disconnect"}
            return message

        return receive

    async def sending(self, message: dict[str, Any]) -> None:
        self.is_answered = True
        await self._send(message)


def _announced(scope: dict[str, Any]) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdigit() else 0


def _header(scope: dict[str, Any], name: bytes) -> bytes:
    return b";".join(value for header, value in scope["headers"] if header.lower() == name)


async def _refuse(send: Any) -> None:
    headers = [
        (b"content-type", b"application/json"), (b"content-length", str(len(_REFUSAL)).encode()),
        (b"cache-control", b"no-store"), (b"connection", b"close"),
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _REFUSAL})
