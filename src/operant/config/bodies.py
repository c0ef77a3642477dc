"""How much one request may send, and how slowly. Django reads a body to its end before it looks at anything else."""

import asyncio
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie
from django.urls import Resolver404, resolve

from operant.panel.tokens import actions as tokens
from operant.platform.api import entrance, problems
from operant.platform.api.middleware import PREFIX
from operant.platform.live.asgi import answer
from operant.platform.observing.threads import in_thread
from operant.platform.refusals import Refusal

MOST = 3_000_000
# Each may put a whole file on the disk before anybody looks into it.
MOST_LARGE, RETRY_AFTER = 8, b"10"
TOO_MANY = b"Many files are being sent at this moment. Send it again in a little while."
TOO_LARGE = b"This is larger than what is accepted here. Send less at a time, or split the file."
TOO_SLOW = b"This came too slowly. Try again over a better connection."
# What a telephone in a cellar still manages; a body that trickles would hold its place for ever.
GRACE_SECONDS, LEAST_BYTES_A_SECOND = 30, 2_000


_large = 0


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
        await body.expect(_declared(scope))
        await application(scope, body.receive, sending)
    except _TooLarge:
        if not started:
            await _refuse(scope, refuse, 413, TOO_LARGE)
    except _TooSlow:
        if not started:
            await _refuse(scope, refuse, 408, TOO_SLOW)
    except _TooMany:
        if not started:
            await _refuse(scope, refuse, 503, TOO_MANY)
    finally:
        body.leave()


class _TooMany(Exception):
    """Others send large bodies already."""


class _Body:
    def __init__(self, scope: dict[str, Any], receive: Any) -> None:
        self._scope, self._receive = scope, receive
        self._size, self._most = 0, MOST
        self._begun, self._is_whole = time.monotonic(), False
        self._is_large = False

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
            raise _TooSlow from None

    async def expect(self, size: int) -> None:
        if size > MOST and not self._is_large:
            self._enter()
            self._most = await _most(self._scope)
        if size > self._most:
            raise _TooLarge

    def _enter(self) -> None:
        global _large
        if _large >= MOST_LARGE:
            raise _TooMany
        _large += 1
        self._is_large = True

    def leave(self) -> None:
        global _large
        _large -= self._is_large
        self._is_large = False


def _declared(scope: dict[str, Any]) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def _most(scope: dict[str, Any]) -> int:
    try:
        view = resolve(scope["path"]).func
    except Resolver404:
        return MOST
    if not getattr(view, "takes_files", False) or not await _may_begin(scope, view):
        return MOST
    # A little more than a file may have: whoever is only just over the limit gets the page that says so.
    return settings.FILE_LIMIT * 11 // 10 + MOST


async def _may_begin(scope: dict[str, Any], view: Any) -> bool:
    # Django would put the whole file on the disk before it asks who sends it.
    headers = dict(scope["headers"])
    asked = _shows_token if getattr(view, "auth", "") == "token" else _is_signed_in
    name = b"authorization" if asked is _shows_token else b"cookie"
    return await in_thread(lambda: asked(headers.get(name, b"").decode("latin-1"), view))


def _shows_token(header: str, view: Any) -> bool:
    try:
        caller = tokens.recognize(entrance.shown(header))
    except Refusal:
        return False
    return not caller.pace.wait and view.files_need in caller.scopes


def _is_signed_in(header: str, view: Any) -> bool:
    key = parse_cookie(header).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return False
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return get_user(request).is_authenticated


async def _refuse(scope: dict[str, Any], refuse: Any, status: int, sentence: bytes) -> None:
    async def sending(message: dict[str, Any]) -> None:
        if status == 503 and message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"retry-after", RETRY_AFTER)]}
        await refuse(message)

    if scope["path"].startswith(PREFIX):
        problem = problems.problem(status, detail=sentence.decode())
        await answer(sending, status, problem.content, problems.CONTENT_TYPE.encode())
    else:
        await answer(sending, status, sentence)
