"""`/relay/manifest`, `/relay/data` and `/relay/ticket`, before Django: what a screen should show, and its way to news."""

import json
from typing import cast
from urllib.parse import parse_qs
from uuid import UUID

from operant.panel.organizations import brand
from operant.platform import clock
from operant.platform.live.asgi import Answer, Scope
from operant.platform.refusals import Refusal
from operant.platform.tenancy.ids import public_id
from operant.stage import queries as stage

from .. import program as programs
from .. import tokens
from ..actions import admitting, credentials
from ..actions.telling import Edition
from ..program import Program
from ..queries import devices
from ..queries.devices import Board
from ..queries.placing import Place
from ..refusals import Expired
from ..tokens import Access
from . import answers, shared
from .raw import JSON, refused
from .turns import in_scope

MOST_KEYS = 200
NOTHING = Edition(None, "null", "{}")


async def manifest(scope: Scope, body: bytes) -> Answer:
    """Answer with what the screen should show, or 304 when that is what it has."""
    try:
        access = answers.access_of(_header(scope, b"authorization"))
        place = await shared.place(access)
        board = await shared.board(access.organization_id, place.shows)
        etag = devices.etag_of(board, place.shows, place.name, place.theme, place.variables, place.glass, place.takeover_id)
        if _matches(scope, etag):
            return _unchanged(etag)
        wanted = board.wanted_id
        edition = await shared.edition(access.organization_id, wanted, place.variables) if wanted else NOTHING
        program = await _program(access, place, board) if board.program else ""
        program += await _takeover(access, place) if place.takeover_id else ""
    except Refusal as refusal:
        return refused(refusal)
    return _whole(etag, _manifest(access, place, board, edition, etag, program))


async def data(scope: Scope, body: bytes) -> Answer:
    """Answer with the results that are asked for and are the screen's own, or 304 when it has them."""
    try:
        access = answers.access_of(_header(scope, b"authorization"))
        place = await shared.place(access)
        organization_id = access.organization_id
        board = await shared.board(organization_id, place.shows)
        # A screen may see the data of its own dashboards; other keys are as good as unknown.
        mine = await shared.keys(organization_id, await shared.asked(access, place, board))
        keys = tuple(key for key in dict.fromkeys(_asked(scope)) if key in mine)
        marks = await shared.marks(organization_id, keys)
        etag = devices.checksum({key: mark.seq for key, mark in marks.items()})
        if _matches(scope, etag):
            return _unchanged(etag)
        texts = await shared.texts(organization_id, marks)
    except Refusal as refusal:
        return refused(refusal)
    # What a playlist shows later only, nobody may have asked for yet.
    absent = stage.waiting_text if board.program else stage.unknown_text
    results = b",".join([texts.get(key) or absent(key) for key in keys])
    return _whole(etag, b'{"results":[' + results + b"]}")


async def ticket(scope: Scope, body: bytes) -> Answer:
    """Answer with one way into the screen's stream."""
    try:
        access = answers.access_of(_header(scope, b"authorization"))
        issued = await admitting.issued(access=access) or await in_scope(access.organization_id, lambda: _ticket(access))
    except Refusal as refusal:
        return refused(refusal)
    told = {"ticket": issued, "expires_in": int(tokens.TICKET_FOR.total_seconds())}
    return Answer(200, json.dumps(told).encode(), JSON)


def _ticket(access: Access) -> str:
    issued = credentials.issue_ticket(access=access)
    if issued is None:
        # This says which of the reasons it is.
        devices.screen(access)
        raise Expired
    return issued


def _manifest(access: Access, place: Place, board: Board, edition: Edition, etag: str, program: str) -> bytes:
    own = {
        "etag": etag,
        "screen": {"id": public_id("scr", access.screen_id), "name": place.name},
    }
    rest = {
        "theme": place.theme,
        "locale": board.locale,
        "time_zone": board.zone,
        "brand": _brand(access, board),
        **({"glass": json.loads(place.glass)} if place.glass else {}),
        "server_time": clock.now().isoformat(),
    }
    shown = _shown(place.shows.dashboard_id, board.wanted_id, board.dashboard_name, board.noted, edition)
    return f"{json.dumps(own)[:-1]}, {shown}, {program}{json.dumps(rest)[1:]}".encode()


def _shown(
    dashboard_id: UUID | None, version_id: UUID | None, name: str | None, noted: str | None, edition: Edition
) -> str:
    """The inside of an object: a version and its dashboard. The same document goes to every screen, so it is only pasted."""
    head = {
        "version": devices.version_named(version_id),
        "number": edition.number,
        "dashboard": dashboard_id and name is not None and {"id": public_id("dsh", dashboard_id), "title": name} or None,
    }
    pasted = f'"document": {edition.document}, "data": {edition.data}, "frames": {edition.frames}'
    return f'{json.dumps(head)[1:-1]}, {pasted}, "annotations": {noted or "[]"}'


async def _program(access: Access, place: Place, board: Board) -> str:
    """What is on when: a part of the manifest that only screens with a playlist or a schedule have."""
    program = cast(Program, board.program)
    asking = tuple((each.version_id, devices.merged(place.variables, each.values)) for each in program.scenes)
    watched = board.watched(place.variables, place.rendered_id, clock.now())
    editions = await shared.editions(access.organization_id, asking, watched)
    scenes = ", ".join(
        f"{{{_shown(each.dashboard_id, each.version_id, each.name, each.noted, edition)}}}"
        for each, edition in zip(program.scenes, editions, strict=True)
    )
    return f'"program": {{"scenes": [{scenes}], {json.dumps(programs.said(program))[1:]}, '


async def _takeover(access: Access, place: Place) -> str:
    """What lies over all that: a part of the manifest that only screens under a takeover have."""
    over = await shared.over(access.organization_id, cast(UUID, place.takeover_id))
    told = {"id": public_id("tko", over.id), "until": over.until.isoformat(), "text": over.text, "severity": over.severity}
    scene = "null"
    if over.version_id:
        edition = await shared.edition(access.organization_id, over.version_id, place.variables)
        scene = f"{{{_shown(over.dashboard_id, over.version_id, over.dashboard_name, over.noted, edition)}}}"
    return f'"takeover": {json.dumps(told)[:-1]}, "scene": {scene}}}, '


def _brand(access: Access, board: Board) -> dict[str, str]:
    logo = brand.logo_path(access.organization_id, board.brand_logo)
    return {"name": board.brand_name, "color": board.brand_color, "logo": logo}


def _asked(scope: Scope) -> list[str]:
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return query.get("keys", [""])[-1].split(",")[:MOST_KEYS]


def _header(scope: Scope, wanted: bytes) -> str:
    return b",".join([value for name, value in scope["headers"] if name == wanted]).decode("latin-1")


def _matches(scope: Scope, etag: str) -> bool:
    return f'"{etag}"' in _header(scope, b"if-none-match")


def _whole(etag: str, body: bytes) -> Answer:
    return Answer(200, body, [(b"content-type", b"application/json"), *_tag(etag)])


def _unchanged(etag: str) -> Answer:
    return Answer(304, b"", [(b"content-type", b"text/html; charset=utf-8"), *_tag(etag)])


def _tag(etag: str) -> list[tuple[bytes, bytes]]:
    return [(b"etag", f'"{etag}"'.encode()), (b"cache-control", b"private, no-cache")]


manifest.auth = data.auth = ticket.auth = "device"  # type: ignore[attr-defined]
SHORT = {("GET", "/relay/manifest"): manifest, ("GET", "/relay/data"): data, ("POST", "/relay/ticket"): ticket}
