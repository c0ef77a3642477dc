"""Raw ASGI for the hot paths, before Django: heartbeats, and the stream that tells a screen what is new."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from operant.platform import tenancy
from operant.platform.events.hints import addressed
from operant.platform.live import asgi
from operant.platform.live.asgi import Receive, Scope, Send
from operant.platform.live.hub import hub
from operant.platform.observing.threads import in_thread
from operant.platform.refusals import Refusal
from operant.platform.tenancy.ids import public_id

from .. import tokens
from ..actions import credentials, telling
from ..models import Screen
from ..queries import devices
from ..refusals import Expired
from ..tokens import Access
from . import beats
from .raw import refused


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """`GET /relay/stream?ticket=…&after=…`: everything at once, then what changes, until somebody leaves."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    ticket, after = query.get("ticket", [""])[0], query.get("after", [""])[0]
    try:
        access, noted = await in_thread(lambda: _admitted(ticket))
    except Refusal as refusal:
        await asgi.send_whole(send, refused(refusal))
        return
    await asgi.start(send)
    telling_it = Telling(access, noted, after, receive, send)
    try:
        await telling_it.until_over()
    finally:
        await in_thread(lambda: _left(access, telling_it.noted))
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
        found = await in_thread(lambda: _news(self.access))
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
        noted = await in_thread(lambda: _stayed(self.access))
        self.noted = noted or self.noted
        return noted is not None

    def _addressed(self, *topics: str) -> frozenset[str]:
        return frozenset(addressed(self.access.organization_id, topic) for topic in topics)


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


def _event(kind: str, data: dict[str, Any], identity: str) -> bytes:
    return asgi.event(kind, json.dumps(data, separators=(",", ":")), identity=identity)


beats.heartbeat.auth = stream.auth = "device"  # type: ignore[attr-defined]
SHORT = {("POST", "/relay/heartbeat"): beats.heartbeat}
ROUTES = {("GET", "/relay/stream"): stream}
