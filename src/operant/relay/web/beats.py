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
from operant.platform.live import asgi
from operant.platform.live.asgi import Receive, Scope, Send
from operant.platform.live.hub import hub
from operant.platform.observing.threads import in_thread
from operant.platform.refusals import Refusal

from ..actions import hearing, sampling
from ..actions.sampling import Device, Pace
from ..queries import devices
from ..queries.devices import Board
from ..tokens import Access, read_access
from ..wire import Heartbeat
from . import answers
from .raw import JSON, body, refuse

log = logging.getLogger("operant.relay")
NEXT_BEAT_SECONDS = 30
AT_ONCE, MOST_WAITING = 16, 3000
DEVICES: Memory[Device] = Memory(most=50_000, topics=("screen:",))
PACES: Memory[Pace] = Memory(most=50_000, topics=())
BOARDS: Memory[Board] = Memory(most=10_000, topics=("dashboard:", "organization"))
hub.follow(DEVICES.hear)
hub.follow(BOARDS.hear)

Result = TypeVar("Result")
Told = dict[str, str | None]
_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]" = WeakKeyDictionary()
_waiting = 0


async def heartbeat(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one heartbeat with what the screen should show, once it is on the disk."""
    try:
        device = _device(scope)
        beat = answers.parsed(await body(receive), Heartbeat)
        told = await _sampled(device, beat) or await _in_turn(lambda: _stored(device.access, beat))
    except Refusal as refusal:
        await refuse(send, refusal)
        return
    more = {"server_time": clock.now().isoformat(), "next_in": NEXT_BEAT_SECONDS}
    await asgi.answer(send, 200, json.dumps({**told, **more}).encode(), JSON)


def _device(scope: Scope) -> Device:
    header = next((value for name, value in scope["headers"] if name == b"authorization"), b"").decode("latin-1")
    # Not by the header: what may stand around a token is as long, and as many, as anybody likes.
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


async def _sampled(device: Device, beat: Heartbeat) -> Told | None:
    heard = await sampling.sample(device=device, beat=beat)
    if heard is None:
        return None
    key = (device.access.organization_id, heard.dashboard_id)
    board = BOARDS.get(key) or await BOARDS.recall(key, key[0], lambda: _board(*key))
    await _keep_watched(device.access.organization_id, (board.wanted_id, sampling.version_of(beat).id))
    return {
        "wanted": devices.version_named(board.wanted_id),
        "etag": devices.etag_of(board, heard.dashboard_id, heard.name, heard.theme),
    }


async def _board(organization_id: UUID, dashboard_id: UUID | None) -> Board:
    return await _in_turn(lambda: _in(organization_id, lambda: devices.board(organization_id, dashboard_id)))


async def _keep_watched(organization_id: UUID, versions: tuple[UUID | None, UUID | None]) -> None:
    if not sampling.must_be_watched(versions):
        return
    try:
        await _in_turn(lambda: _in(organization_id, lambda: sampling.keep_watching(versions=versions)))
    except BaseException:
        sampling.nobody_watched(versions)
        raise


def _stored(access: Access, beat: Heartbeat) -> Told:
    with tenancy.organization_scope(access.organization_id):
        screen = devices.screen(access, locked=True)
        hearing.heartbeat(screen=screen, beat=beat)
        return {"wanted": devices.wanted(screen), "etag": devices.etag(screen)}


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
