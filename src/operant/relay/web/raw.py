"""What the raw ASGI functions of this room share: bodies, refusals, and the way into a thread that may ask the database."""

from collections.abc import Callable
from typing import TypeVar

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import close_old_connections, connection

from operant.platform.live.asgi import Receive, Send
from operant.platform.refusals import Refusal

from ..wire import MOST_BYTES
from . import answers

JSON = b"application/json"
Result = TypeVar("Result")


async def in_thread(work: Callable[[], Result]) -> Result:
    """Return what a function returns that may wait for the database."""

    def working() -> Result:
        try:
            return work()
        finally:
            # Only under a test's own transaction is there still one open, and then the connection is not ours.
            if not connection.in_atomic_block:
                close_old_connections()

    # A thread for each call, as Django gives each request one: without the context all would share a single thread.
    async with ThreadSensitiveContext():
        return await sync_to_async(working, thread_sensitive=True)()


async def body(receive: Receive) -> bytes:
    """Return a request's body, or as much of it as shows that it is too long."""
    raw = b""
    while len(raw) <= MOST_BYTES:
        message = await receive()
        raw += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return raw


async def refuse(send: Send, refusal: Refusal) -> None:
    """Send a refusal as a device reads it."""
    response = answers.refused(refusal)
    wait = response.headers.get("Retry-After")
    headers = [
        (b"content-type", JSON),
        (b"cache-control", b"no-store"),
        (b"content-length", str(len(response.content)).encode()),
    ]
    headers += [(b"retry-after", wait.encode())] if wait else []
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
