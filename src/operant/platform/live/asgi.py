"""Raw ASGI for `GET /live?topics=<token>`: before Django, no transaction, no task per event."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from django.db import DatabaseError

from . import holders, tokens
from .hub import Subscription, hub
from .line import Line

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
PING_SECONDS = 25.0
HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]


class Answer(NamedTuple):
    """One whole response; whoever sends it adds its length and the headers that all carry."""

    status: int
    body: bytes
    headers: Headers


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Send one `changed` event per topic that changed, and a named ping every 25 seconds."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    topics = tokens.redeem(query.get("topics", [""])[0])
    if topics is None:
        await answer(send, 403, b"This page's live token is not valid any more. Reload the page.")
        return
    await start(send)
    line = Page(topics, send, _changed, ping=PING, every=PING_SECONDS)
    try:
        with hub.telling(line):
            line.ask()
            while (await receive())["type"] != "http.disconnect":
                continue
    finally:
        line.end()


class Page(Line):
    """The stream of a page. It is over when the session, or the role, that the page was written for is."""

    __slots__ = ("_asking",)

    def push(self, topic: str) -> None:
        if topic.startswith(holders.PREFIXES):
            self.ask()
        else:
            super().push(topic)

    def ask(self) -> None:
        """Find out whether whoever it is for still stands, without waiting for it."""
        if any(topic.startswith(holders.PREFIXES) for topic in self.topics):
            # Kept, so that the task is not collected while it runs.
            self._asking = asyncio.ensure_future(self._end_unless_held())

    async def _end_unless_held(self) -> None:
        # While the database is away nobody can tell; the hub has everybody ask again when it is back.
        with contextlib.suppress(DatabaseError):
            if not await holders.stand(self.topics):
                self._write(OVER)
                self.end()


# One event reaches thousands of streams: it is written once.
@lru_cache(maxsize=1000)
def _changed(topic: str) -> bytes:
    return event("changed", topic.partition("/")[2])


@contextlib.contextmanager
def until_gone(receive: Receive, subscription: Subscription) -> Iterator[None]:
    """End a subscription when its client leaves: sending to somebody who left raises nothing."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            continue
        subscription.end()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


def event(kind: str, data: str, *, identity: str = "") -> bytes:
    """Return one server-sent event. Comments never reach scripts, so pings have a name too."""
    head = f"id: {identity}\n" if identity else ""
    return f"{head}event: {kind}\ndata: {data}\n\n".encode()


PING = event("ping", "")
OVER = event("over", "")


async def start(send: Send, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Open an event stream and tell the browser not to reconnect faster than every two seconds."""
    await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *headers]})
    await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})


async def answer(send: Send, status: int, body: bytes, content_type: bytes = b"text/plain; charset=utf-8") -> None:
    """Send one whole response."""
    await send_whole(send, Answer(status, body, [(b"content-type", content_type), (b"cache-control", b"no-store")]))


async def send_whole(send: Send, answer: Answer, more: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Send one whole response with its length, and with more headers."""
    headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body)), *more]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
