"""How much one request may send. Django reads a body to its end before it looks at anything else."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.db import close_old_connections, connection
from django.urls import Resolver404, resolve

from operant.panel.tokens import queries as tokens
from operant.platform.api import entrance, problems
from operant.platform.api.middleware import PREFIX
from operant.platform.live.asgi import answer
from operant.platform.refusals import Refusal

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
        await body.expect(_declared(scope))
        await application(scope, body.receive, sending)
    except _TooLarge:
        if not started:
            await _refuse(scope, refuse)


class _Body:
    def __init__(self, scope: dict[str, Any], receive: Any) -> None:
        self._scope, self._receive = scope, receive
        self._size, self._most = 0, MOST

    async def receive(self) -> dict[str, Any]:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        await self.expect(self._size)
        return message

    async def expect(self, size: int) -> None:
        if size > MOST and self._most == MOST:
            self._most = await _most(self._scope)
        if size > self._most:
            raise _TooLarge


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
    if getattr(view, "auth", "") != "token":
        return f"{settings.SESSION_COOKIE_NAME}=".encode() in headers.get(b"cookie", b"")
    async with ThreadSensitiveContext():
        return await sync_to_async(_shows_token)(headers.get(b"authorization", b"").decode("latin-1"))


def _shows_token(header: str) -> bool:
    try:
        return tokens.lets_in(entrance.shown(header))
    except Refusal:
        return False
    finally:
        # Only under a test's own transaction is there still one open, and then the connection is not ours.
        if not connection.in_atomic_block:
            close_old_connections()


async def _refuse(scope: dict[str, Any], refuse: Any) -> None:
    if scope["path"].startswith(PREFIX):
        problem = problems.problem(413)
        await answer(refuse, 413, problem.content, problem.headers["Content-Type"].encode())
    else:
        await answer(refuse, 413, TOO_LARGE)
