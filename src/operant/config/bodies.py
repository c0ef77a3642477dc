"""How much one request may send. Django reads a body to its end before it looks at anything else."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

from operant.platform.live.asgi import answer

MOST = 3_000_000
TOO_LARGE = b"This is larger than what is accepted here. Send less at a time, or split the file."


class _TooLarge(Exception):
    """More came than the address takes."""


async def bounded(
    application: Callable[..., Any], scope: dict[str, Any], receive: Any, send: Any, refuse: Any
) -> None:
    """Let an application answer, unless the request's body is larger than its address takes: `refuse` sends 413."""
    body, started = _Body(scope, receive), False

    async def sending(message: dict[str, Any]) -> None:
        nonlocal started
        started = True
        await send(message)

    try:
        body.expect(_declared(scope))
        await application(scope, body.receive, sending)
    except _TooLarge:
        if not started:
            await answer(refuse, 413, TOO_LARGE)


class _Body:
    def __init__(self, scope: dict[str, Any], receive: Any) -> None:
        self._scope, self._receive, self._size = scope, receive, 0

    async def receive(self) -> dict[str, Any]:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        self.expect(self._size)
        return message

    def expect(self, size: int) -> None:
        if size > MOST and size > _most(self._scope):
            raise _TooLarge


def _declared(scope: dict[str, Any]) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _most(scope: dict[str, Any]) -> int:
    # Django would put the whole file on the disk before it asks who sends it, so it takes a session to begin one.
    if f"{settings.SESSION_COOKIE_NAME}=".encode() not in dict(scope["headers"]).get(b"cookie", b""):
        return MOST
    try:
        view = resolve(scope["path"]).func
    except Resolver404:
        return MOST
    # A little more than a file may have: whoever is only just over the limit gets the page that says so.
    return settings.FILE_LIMIT * 11 // 10 + MOST if getattr(view, "takes_files", False) else MOST
