"""
`POST /relay/heartbeat`, before Django and mostly without a transaction of its own.

A heartbeat that says nothing new is one row of a batch; whatever is news is heard by itself, in an ordinary
transaction. What a process remembers only saves work: who may be heard is decided by the statement, row by row.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError

from operant.platform import clock, tenancy
from operant.platform.ingest import Memory, Unavailable
from operant.platform.live.asgi import Answer, Scope
from operant.platform.live.hub import hub
from operant.platform.observing import peers
from operant.platform.observing.threads import in_thread
from operant.platform.refusals import Refusal

from ..actions import hearing, sampling
from ..actions.sampling import Device, Pace, Said
from ..queries import devices
from ..queries.devices import Board
from ..tokens import Access, read_access
from ..wire import Heartbeat
from . import answers
from .raw import JSON, refused

log = logging.getLogger("operant.relay")
NEXT_BEAT_SECONDS = 30
AT_ONCE, MOST_WAITING = 16, 3000
# What a screen says is a fifth as long; whatever is longer is read anew each time, so that nobody fills our memory.
MOST_REMEMBERED = 1000
DEVICES: Memory[Device] = Memory(most=50_000, topics=("screen:",))
PACES: Memory[Pace] = Memory(most=50_000, topics=())
BOARDS: Memory[Board] = Memory(most=10_000, topics=("dashboard:", "organization"))
hub.follow(DEVICES.hear)
hub.follow(BOARDS.hear)

Result = TypeVar("Result")
_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]" = WeakKeyDictionary()
_waiting = 0


async def heartbeat(scope: Scope, body: bytes) -> Answer:
    """Answer one heartbeat with what the screen should show, once it is on the disk."""
    try:
        device = _device(scope)
        said = _said(device, body)
        told = await _sampled(device, said) or await _in_turn(lambda: _stored(device.access, said.beat))
    except Refusal as refusal:
        return refused(refusal)
    return Answer(200, b'%b, "server_time": "%b"}' % (told, clock.now().isoformat().encode()), JSON)


def _device(scope: Scope) -> Device:
    header = peers.header(scope, b"authorization")
    # Not by the header: what may stand around a token is as long, and as many, as anybody likes.
    known = DEVICES.get(header[len("Bearer ") :]) if header.startswith("Bearer ") else None
    if known is not None and not known.access.is_over:
        return known
    token = answers.bearer_of(header)
    known = DEVICES.get(token)
    if known is None or known.access.is_over:
        read_at = DEVICES.now()
        access = read_access(token)
        known = Device(access, _pace(access))
        DEVICES.keep(token, known, access.organization_id, read_at)
    return known


def _pace(access: Access) -> Pace:
    pace = PACES.get(access.screen_id)
    if pace is None:
        pace = Pace()
        PACES.keep(access.screen_id, pace, access.organization_id, PACES.now())
    return pace


def _said(device: Device, body: bytes) -> Said:
    # A screen mostly says the same again.
    if device.said is None or device.body != body:
        said = sampling.said(device.access, answers.parsed(body, Heartbeat))
        if len(body) > MOST_REMEMBERED:
            return said
        device.body, device.said = body, said
    return device.said


async def _sampled(device: Device, said: Said) -> bytes | None:
    heard = await sampling.sample(device=device, said=said)
    if heard is None:
        return None
    organization_id, dashboard = device.access.organization_id, heard.dashboard
    key = (said.row.organization_id, dashboard)
    board = BOARDS.get(key) or await BOARDS.recall(key, organization_id, lambda: _board(organization_id, dashboard))
    versions = (board.wanted_id, said.version)
    if sampling.must_be_watched(versions):
        await _keep_watched(organization_id, versions)
    if device.told[0] != (board, heard):
        etag = devices.etag_of(board, UUID(dashboard) if dashboard else None, heard.name, heard.theme)
        device.told = (board, heard), _told(devices.version_named(board.wanted_id), etag)
    return device.told[1]


def _told(wanted: str | None, etag: str) -> bytes:
    # Without its end: each answer has a time of its own.
    return json.dumps({"wanted": wanted, "etag": etag, "next_in": NEXT_BEAT_SECONDS}).encode()[:-1]


async def _board(organization_id: UUID, dashboard: str | None) -> Board:
    dashboard_id = UUID(dashboard) if dashboard else None
    return await _in_turn(lambda: _in(organization_id, lambda: devices.board(organization_id, dashboard_id)))


async def _keep_watched(organization_id: UUID, versions: tuple[UUID | None, UUID | None]) -> None:
    try:
        await _in_turn(lambda: _in(organization_id, lambda: sampling.keep_watching(versions=versions)))
    except BaseException:
        sampling.nobody_watched(versions)
        raise


def _stored(access: Access, beat: Heartbeat) -> bytes:
    with tenancy.organization_scope(access.organization_id):
        screen = devices.screen(access, locked=True)
        hearing.heartbeat(screen=screen, beat=beat)
        return _told(devices.wanted(screen), devices.etag(screen))


def _in(organization_id: UUID, work: Callable[[], Result]) -> Result:
    with tenancy.organization_scope(organization_id):
        return work()


async def _in_turn(work: Callable[[], Result]) -> Result:
    """Let a few at a time ask the database, and some more wait: a whole fleet may come back at once."""
    global _waiting
    if _waiting >= MOST_WAITING:
        raise Unavailable("More is sent than can be kept at this moment.")
    turns = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    _waiting += 1
    try:
        async with turns:
            return await in_thread(work)
    except (OperationalError, InterfaceError) as error:
        log.warning("A heartbeat could not be stored (%s).", str(error).strip().splitlines()[-1])
        raise Unavailable("The database does not answer at this moment.") from None
    finally:
        _waiting -= 1
