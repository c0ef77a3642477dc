"""How much one request may send, and how slowly. Django reads a body to its end before it looks at anything else."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

from operant.platform.api import problems
from operant.platform.api.middleware import PREFIX
from operant.platform.live.asgi import Answer, send_whole
from operant.platform.refusals import Refusal, TooMany

from .uploads import Unavailable, Upload

MOST = 3_000_000
TOO_LARGE = "This is larger than what is accepted here. Send less at a time, or split the file."
TOO_SLOW = "This came too slowly. Try again over a better connection."
# What a telephone in a cellar still manages; a body that trickles would hold its place for ever.
GRACE_SECONDS, LEAST_BYTES_A_SECOND = 30, 2_000


class _TooSlow(Refusal):
    """The body does not end."""

    status = 408
    code = "too_slow"


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
        await body.expect(_declared(scope))
        await application(scope, body.receive, sending)
    except (problems.TooLarge, _TooSlow, TooMany, Unavailable) as refusal:
        if not started:
            await _refuse(scope, refuse, refusal)
    finally:
        body.end()


class _Body:
    def __init__(self, scope: dict[str, Any], receive: Any) -> None:
        self._scope, self._receive = scope, receive
        self._size, self._most = 0, MOST
        self._begun, self._is_whole = time.monotonic(), False
        self._upload: Upload | None = None

    async def receive(self) -> dict[str, Any]:
        message = await self._next()
        self._is_whole = not message.get("more_body", False)
        self._size += len(message.get("body", b""))
        await self.expect(self._size)
        return message

    async def _next(self) -> dict[str, Any]:
        if self._is_whole:
            return await self._receive()  # what comes now is that the client left, whenever it does
        until = self._begun + GRACE_SECONDS + self._size / LEAST_BYTES_A_SECOND
        try:
            return await asyncio.wait_for(self._receive(), max(0.0, until - time.monotonic()))
        except TimeoutError:
            raise _TooSlow(TOO_SLOW) from None

    async def expect(self, size: int) -> None:
        if size > MOST and self._upload is None:
            self._upload = Upload()
            if await self._upload.begin(self._scope):
                # A little more than a file may have: whoever is only just over the limit gets the page that says so.
                self._most = settings.FILE_LIMIT * 11 // 10 + MOST
        if size > self._most:
            raise problems.TooLarge(TOO_LARGE)

    def end(self) -> None:
        if self._upload is not None:
            self._upload.end()


def _declared(scope: dict[str, Any]) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _refuse(scope: dict[str, Any], refuse: Any, refusal: Refusal) -> None:
    is_program, wait = scope["path"].startswith(PREFIX), getattr(refusal, "retry_after", None)
    body = problems.of_refusal(refusal).content if is_program else refusal.sentence.encode()
    kind = problems.CONTENT_TYPE.encode() if is_program else b"text/plain; charset=utf-8"
    more = [(b"retry-after", str(wait).encode())] if wait else []
    await send_whole(refuse, Answer(refusal.status, body, [(b"content-type", kind), (b"cache-control", b"no-store"), *more]))
