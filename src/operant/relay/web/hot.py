"""Raw ASGI for the hot paths, before Django: heartbeats, what is shown, and the stream that tells a screen what is new."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs
from uuid import UUID

from operant.platform import clock
from operant.platform.events.hints import addressed
from operant.platform.live import asgi
from operant.platform.live.asgi import Receive, Scope, Send
from operant.platform.live.hub import Subscription, hub
from operant.platform.refusals import Refusal
from operant.platform.tenancy.ids import public_id

from .. import tokens
from ..actions import admitting, credentials, staying, telling
from ..actions.sampling import HEARTBEATS
from ..models import Command
from ..queries import alarms, devices
from ..queries.devices import Board
from ..queries.placing import PLACES, Place
from ..refusals import Expired
from ..tokens import Access, Parsed
from . import beats, shared, shown, spoken
from .raw import refused
from .turns import in_scope

MOST_WITHIN = 450


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """`GET /relay/stream?ticket=…&after=…`: everything at once, then what changes, until somebody leaves."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    ticket, after = query.get("ticket", [""])[0], query.get("after", [""])[0]
    parsed = tokens.parse_ticket(ticket)
    if parsed is None:
        await asgi.send_whole(send, refused(Expired()))
        return
    own = addressed(parsed.organization_id, f"screen:{public_id('scr', parsed.screen_id)}")
    # Subscribed before anything is read: what changes in between wakes us, so nothing is missed.
    with hub.subscribe(frozenset({own})) as subscription:
        try:
            admitted = await _admitted(parsed)
        except Refusal as refusal:
            await asgi.send_whole(send, refused(refusal))
            return
        await asgi.start(send)
        telling_it = Telling(admitted, after, subscription, send)
        with OPEN.one_more():
            try:
                with asgi.until_gone(receive, subscription):
                    await telling_it.until_over()
            finally:
                await _left(admitted.access, telling_it.noted)
            bye = spoken.bye(OPEN.before_the_end) if hub.closing.is_set() else b""
    await send({"type": "http.response.body", "body": bye})


class Open:
    """How many streams are open; once the process ends, how many there were when that began."""

    def __init__(self) -> None:
        self._now = self.before_the_end = 0

    @contextlib.contextmanager
    def one_more(self) -> Iterator[None]:
        """Count one inside the block."""
        self._move(1)
        try:
            yield
        finally:
            self._move(-1)

    def _move(self, by: int) -> None:
        self._now += by
        if not hub.closing.is_set():
            self.before_the_end = self._now


OPEN = Open()


@dataclass(frozen=True)
class Admitted:
    """Whose stream was opened, until when it is believed to stand, and what its screen was asked to do meanwhile."""

    access: Access
    noted: datetime
    commands: list[Command]


class Telling:
    """One open stream: what it has told already, so that it tells each thing once."""

    def __init__(self, admitted: Admitted, after: str, subscription: Subscription, send: Send) -> None:
        self.access, self.noted, self.commands = admitted.access, admitted.noted, admitted.commands
        self.subscription, self.send = subscription, send
        self.etag, self.sequences = after, dict[str, int]()
        (self.own,) = subscription.topics

    async def until_over(self) -> None:
        # Refused is whoever was unpaired, and everybody while the database is away: asking for a ticket tells which.
        with contextlib.suppress(Refusal):
            while not self._is_over:
                await self._tell()
                while not (woken := await self.subscription.next(asgi.PING_SECONDS)) and not self._is_over:
                    await self._ping()
                if self.own in woken:
                    self.commands, is_nudged = await in_scope(self.access.organization_id, self._handed)
                    self.etag = "" if is_nudged else self.etag

    @property
    def _is_over(self) -> bool:
        return hub.closing.is_set() or self.subscription.is_over

    async def _tell(self) -> None:
        place = await shared.place(self.access)
        board = await shared.board(self.access.organization_id, place.shows)
        keys = await shared.keys(self.access.organization_id, await shared.asked(self.access, place, board))
        topics = self._topics(place, board, keys)
        if topics != self.subscription.topics:
            # What changed before this line woke nobody, so it is read once more.
            hub.move(self.subscription, topics)
            await self._tell()
            return
        marks = await shared.marks(self.access.organization_id, keys)
        if len(marks) < len(keys) and board.wanted_id:
            await self._ask_at_once(board.wanted_id, place.variables)
        etag = devices.etag_of(board, place.shows, place.name, place.theme, place.variables, place.glass, place.takeover_id)
        for body in self._differences(etag, devices.version_named(board.wanted_at(clock.now())), marks):
            await self.send({"type": "http.response.body", "body": body, "more_body": True})

    async def _ask_at_once(self, wanted: UUID, variables: str) -> None:
        """Have what nobody watched yet asked now: the manifest, which sees to it, is asked for once this is told."""
        with contextlib.suppress(Refusal):
            await shared.edition(self.access.organization_id, wanted, variables)

    def _topics(self, place: Place, board: Board, keys: shared.Keys) -> frozenset[str]:
        usual = place.shows.dashboard_id
        dashboard = {f"dashboard:{public_id('dsh', usual)}"} if usual else set()
        others = dashboard | {f"data:{key}" for key in keys} | (board.program.topics if board.program else set())
        return frozenset({self.own, *(addressed(self.access.organization_id, topic) for topic in others)})

    def _differences(self, etag: str, wanted: str | None, marks: shared.Marks) -> list[bytes]:
        told, sequences = [], {key: mark.seq for key, mark in marks.items()}
        if etag != self.etag:
            told.append(spoken.deploy(wanted, etag))
        for key, seq in sequences.items():
            if self.sequences.get(key) != seq:
                told.append(spoken.data(key, seq, self._within(key)))
        for each in self.commands:
            told.append(spoken.command(public_id("cmd", each.pk), each.kind))
        self.etag, self.sequences, self.commands = etag, sequences, []
        return told

    def _within(self, key: str) -> int:
        """Return the milliseconds over which all who are told of this now spread their asking, so that each has one."""
        return min(MOST_WITHIN, hub.listeners(addressed(self.access.organization_id, f"data:{key}")))

    async def _ping(self) -> None:
        await self.send({"type": "http.response.body", "body": spoken.PING, "more_body": True})
        noted = await staying.goes_on(access=self.access, noted=self.noted)
        self.noted = noted or await in_scope(self.access.organization_id, self._stayed)

    def _stayed(self) -> datetime:
        return telling.note_stream(screen=devices.screen(self.access))

    def _handed(self) -> tuple[list[Command], bool]:
        key = devices.screen(self.access).pk
        return telling.commands(screen_id=key), alarms.is_nudged(key)


async def _admitted(parsed: Parsed) -> Admitted:
    found = await admitting.admitted(parsed=parsed)
    if found is None:
        return await in_scope(parsed.organization_id, lambda: _alone(parsed))
    commands = []
    if found.is_asked:
        try:
            commands = await in_scope(parsed.organization_id, lambda: telling.commands(screen_id=parsed.screen_id))
        except Exception:
            # It holds no stream, so it is to be noted where it asks instead.
            await _left(found.access, found.noted)
            raise
    return Admitted(found.access, found.noted, commands)


def _alone(parsed: Parsed) -> Admitted:
    screen = credentials.redeem_ticket(parsed=parsed)
    access = Access(parsed.organization_id, screen.pk, screen.generation)
    return Admitted(access, telling.note_stream(screen=screen), telling.commands(screen_id=screen.pk))


async def _left(access: Access, noted: datetime) -> None:
    def note() -> None:
        telling.note_stream_end(screen_id=access.screen_id, noted=noted)

    with contextlib.suppress(Refusal):
        if not await staying.ended(access=access, noted=noted):
            await in_scope(access.organization_id, note)


beats.heartbeat.auth = stream.auth = "device"  # type: ignore[attr-defined]
SHORT = {("POST", "/relay/heartbeat"): beats.heartbeat, **shown.SHORT}
ROUTES = {("GET", "/relay/stream"): stream}
LANES = (HEARTBEATS, PLACES, staying.STREAMS, admitting.WAYS)
