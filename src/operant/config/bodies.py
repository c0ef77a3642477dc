"""How much one request may send, and how slowly. Django reads a body to its end before it looks at anything else."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

from operant.platform.live.asgi import answer

MOST = 3_000_000
TOO_LARGE = b"This is larger than what is accepted here. Send less at a time, or split the file."


TOO_SLOW = b"This came too slowly. Try again over a better connection."
# What a telephone in a cellar still manages; a body that trickles would hold its place for ever.
GRACE_SECONDS, LEAST_BYTES_A_SECOND = 30, 2_000


class _TooLarge(Exception):
    """More came than the address takes."""


class _TooSlow(Exception):
    """The body does not end."""


async def bounded(
    application: Callable[..., Any], scope: dict[str, Any], receive: Any, send: Any, refuse: Any
) -> None:
    """Let an application answer. A body that is too large or too slow is refused by `refuse`, with 413 or 408."""
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
    except _TooSlow:
        if not started:
            await answer(refuse, 408, TOO_SLOW)


class _Body:
    def __init__(self, scope: dict[str, Any], receive: Any) -> None:
        self._scope, self._receive, self._size = scope, receive, 0
        self._begun, self._is_whole = time.monotonic(), False

    async def receive(self) -> dict[str, Any]:
        message = await self._next()
        self._is_whole = not message.get("more_body", False)
        self._size += len(message.get("body", b""))
        self.expect(self._size)
        return message

    async def _next(self) -> dict[str, Any]:
        if self._is_whole:
            return await self._receive()  # what comes now is that the client left, whenever it does
        until = self._begun + GRACE_SECONDS + self._size / LEAST_BYTES_A_SECOND
        try:
            return await asyncio.wait_for(self._receive(), max(0.0, until - time.monotonic()))
        except TimeoutError:
            raise _TooSlow from None

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
