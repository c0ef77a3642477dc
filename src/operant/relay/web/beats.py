"""
`POST /relay/heartbeat`, before Django and mostly without a transaction of its own.

A heartbeat that says nothing new is one row of a batch; whatever is news is heard by itself, in an ordinary
transaction. What a process remembers only saves work: who may be heard is decided by the statement, row by row.
"""

import json
from uuid import UUID

from operant.platform import clock
from operant.platform.events import Actor, acting
from operant.platform.ingest import Memory
from operant.platform.live.asgi import Answer, Scope
from operant.platform.live.hub import hub
from operant.platform.observing import peers
from operant.platform.refusals import Refusal

from ..actions import hearing, sampling, telling
from ..actions.sampling import Device, Habit, Said
from ..queries import devices
from ..queries.devices import Asking
from ..tokens import Access, read_access
from ..wire import Heartbeat
from . import answers, shared
from .raw import JSON, refused
from .turns import in_scope

NEXT_BEAT_SECONDS = 30
# What a screen says is a fifth as long; whatever is longer is read anew each time, so that nobody fills our memory.
MOST_REMEMBERED = 1000
DEVICES: Memory[Device] = Memory(most=50_000, topics=("screen:",))
HABITS: Memory[Habit] = Memory(most=50_000, topics=())
hub.follow(DEVICES.hear)


async def heartbeat(scope: Scope, body: bytes) -> Answer:
    """Answer one heartbeat with what the screen should show, once it is on the disk."""
    try:
        device = _device(scope)
        said = _said(device, body)
        told = await _sampled(device, said) or await _stored(device, answers.parsed(body, Heartbeat))
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
        known = Device(access, _habit(access))
        DEVICES.keep(token, known, access.organization_id, read_at)
    return known


def _habit(access: Access) -> Habit:
    habit = HABITS.get(access.screen_id)
    if habit is None:
        habit = Habit()
        HABITS.keep(access.screen_id, habit, access.organization_id, HABITS.now())
    return habit


def _said(device: Device, body: bytes) -> Said:
    habit = device.habit
    if habit.said is None or habit.body != body:
        said = sampling.said(device.access, answers.parsed(body, Heartbeat))
        if len(body) > MOST_REMEMBERED:
            return said
        habit.body, habit.said = body, said
    return habit.said


async def _sampled(device: Device, said: Said) -> bytes | None:
    heard = await sampling.sample(device=device, said=said)
    if heard is None:
        return None
    organization_id, shows = device.access.organization_id, heard.shows
    board = shared.known_board(organization_id, shows) or await shared.board(organization_id, shows)
    now = clock.now()
    watching = board.watched(heard.variables, said.version, now)
    if heard.takeover_id:
        watching |= (await shared.over(organization_id, heard.takeover_id)).asking(heard.variables)
    if sampling.must_be_watched(watching):
        await _keep_watched(organization_id, watching)
    habit, known = device.habit, (board, heard, board.wanted_at(now))
    habit.turns = board.turns
    if habit.told[0] != known:
        etag = devices.etag_of(board, *heard)
        habit.told = known, _told(devices.version_named(known[2]), etag)
    return habit.told[1]


def _told(wanted: str | None, etag: str) -> bytes:
    # Without its end: each answer has a time of its own.
    return json.dumps({"wanted": wanted, "etag": etag, "next_in": NEXT_BEAT_SECONDS}).encode()[:-1]


async def _keep_watched(organization_id: UUID, watching: Asking) -> None:
    try:
        await in_scope(organization_id, lambda: telling.watch(asking=watching))
    except BaseException:
        sampling.nobody_watched(watching)
        raise


async def _stored(device: Device, beat: Heartbeat) -> bytes:
    def work() -> bytes:
        screen = devices.beating(device.access)
        with acting(Actor("screen", screen.pk, screen.name)):
            board = hearing.heartbeat(screen=screen, beat=beat)
        device.habit.turns = board.turns
        return _told(devices.version_named(board.wanted_at(clock.now())), devices.etag(screen, board))

    return await in_scope(device.access.organization_id, work)
