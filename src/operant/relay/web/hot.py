"""Raw ASGI for the hot paths, before Django: heartbeats, and the stream that tells a screen what is new."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import close_old_connections, connection

from operant.platform import clock, tenancy
from operant.platform.events.hints import addressed
from operant.platform.live import asgi
from operant.platform.live.asgi import Receive, Scope, Send
from operant.platform.live.hub import hub
from operant.platform.refusals import Refusal
from operant.platform.tenancy.ids import public_id

from .. import tokens
from ..actions import credentials, hearing, telling
from ..models import Screen
from ..queries import devices
from ..refusals import Expired
from ..tokens import Access
from ..wire import MOST_BYTES, Heartbeat
from . import answers

JSON = b"application/json"
NEXT_BEAT_SECONDS = 30
Result = TypeVar("Result")


async def heartbeat(scope: Scope, receive: Receive, send: Send) -> None:
    """`POST /relay/heartbeat`: one sample in one transaction, answered with what the screen should show."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        access = answers.access_of(headers.get(b"authorization"))
        beat = answers.parsed(await _body(receive), Heartbeat)
        told = await _in_thread(lambda: _stored(access, beat))
    except Refusal as refusal:
        await _refuse(send, refusal)
        return
    await asgi.answer(send, 200, json.dumps(told).encode(), JSON)


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """`GET /relay/stream?ticket=…&after=…`: everything at once, then what changes, until somebody leaves."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    ticket, after = query.get("ticket", [""])[0], query.get("after", [""])[0]
    try:
        access, noted = await _in_thread(lambda: _admitted(ticket))
    except Refusal as refusal:
        await _refuse(send, refusal)
        return
    await asgi.start(send)
    telling_it = Telling(access, noted, after, receive, send)
    try:
        await telling_it.until_over()
    finally:
        await _in_thread(lambda: _left(access, telling_it.noted))
    await send({"type": "http.response.body", "body": b""})


class Telling:
    """One open stream: what it has told already, so that it tells each thing once."""

    def __init__(self, access: Access, noted: datetime, after: str, receive: Receive, send: Send) -> None:
        self.access, self.noted, self.receive, self.send = access, noted, receive, send
        self.etag, self.sequences = after, dict[str, int]()
        self.topics = self._addressed(f"screen:{public_id('scr', access.screen_id)}")

    async def until_over(self) -> None:
        while await self._with_these_topics():
            continue

    async def _with_these_topics(self) -> bool:
        """Tell what changes until the topics do; return whether the stream goes on."""
        with hub.subscribe(self.topics) as subscription, asgi.until_gone(self.receive, subscription):
            while not (hub.closing.is_set() or subscription.is_over):
                # Subscribed before it is read: what changes in between wakes us, so nothing is missed.
                topics = await self._tell()
                if topics is None:
                    return False
                if topics != self.topics:
                    self.topics = topics
                    return True
                while not await subscription.next(asgi.PING_SECONDS) and not subscription.is_over:
                    if not await self._ping():
                        return False
        return False

    async def _tell(self) -> frozenset[str] | None:
        found = await _in_thread(lambda: _news(self.access))
        if found is None:
            return None
        screen, news = found
        for body in self._differences(news):
            await self.send({"type": "http.response.body", "body": body, "more_body": True})
        self.etag, self.sequences = news.etag, news.sequences
        dashboard = [f"dashboard:{public_id('dsh', screen.dashboard_id)}"] if screen.dashboard_id else []
        return self._addressed(
            f"screen:{screen.public_id}", *dashboard, *(f"data:{key}" for key in devices.keys(screen))
        )

    def _differences(self, news: telling.News) -> list[bytes]:
        told = []
        if news.etag != self.etag:
            told.append(_event("deploy", {"version": news.wanted, "etag": news.etag}, news.etag))
        for key, seq in news.sequences.items():
            if self.sequences.get(key) != seq:
                told.append(_event("data", {"key": key, "seq": seq}, news.etag))
        for each in news.commands:
            told.append(_event("command", {"id": public_id("cmd", each.pk), "kind": each.kind}, news.etag))
        return told

    async def _ping(self) -> bool:
        """Return whether the screen is still paired."""
        await self.send({"type": "http.response.body", "body": _event("ping", {}, self.etag), "more_body": True})
        noted = await _in_thread(lambda: _stayed(self.access))
        self.noted = noted or self.noted
        return noted is not None

    def _addressed(self, *topics: str) -> frozenset[str]:
        return frozenset(addressed(self.access.organization_id, topic) for topic in topics)


def _stored(access: Access, beat: Heartbeat) -> dict[str, Any]:
    with tenancy.organization_scope(access.organization_id):
        screen = devices.screen(access, locked=True)
        hearing.heartbeat(screen=screen, beat=beat)
        return {
            "wanted": devices.wanted(screen),
            "etag": devices.etag(screen),
            "server_time": clock.now().isoformat(),
            "next_in": NEXT_BEAT_SECONDS,
        }


def _admitted(ticket: str) -> tuple[Access, datetime]:
    parsed = tokens.parse(tokens.TICKET, ticket)
    if parsed is None:
        raise Expired
    with tenancy.organization_scope(parsed.organization_id):
        access = credentials.redeem_ticket(parsed=parsed)
        return access, telling.note_stream(screen=devices.screen(access))


def _news(access: Access) -> tuple[Screen, telling.News] | None:
    try:
        with tenancy.organization_scope(access.organization_id):
            screen = devices.screen(access)
            return screen, telling.news(screen=screen)
    except Refusal:
        return None


def _stayed(access: Access) -> datetime | None:
    try:
        with tenancy.organization_scope(access.organization_id):
            return telling.note_stream(screen=devices.screen(access))
    except Refusal:
        return None


def _left(access: Access, noted: datetime) -> None:
    try:
        with tenancy.organization_scope(access.organization_id):
            telling.note_stream_end(screen=devices.screen(access), noted=noted)
    except Refusal:
        return


async def _in_thread(work: Callable[[], Result]) -> Result:
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


async def _body(receive: Receive) -> bytes:
    raw = b""
    while len(raw) <= MOST_BYTES:
        message = await receive()
        raw += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return raw


async def _refuse(send: Send, refusal: Refusal) -> None:
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


def _event(kind: str, data: dict[str, Any], identity: str) -> bytes:
    return asgi.event(kind, json.dumps(data, separators=(",", ":")), identity=identity)


heartbeat.auth = stream.auth = "device"  # type: ignore[attr-defined]
ROUTES = {("POST", "/relay/heartbeat"): heartbeat, ("GET", "/relay/stream"): stream}
