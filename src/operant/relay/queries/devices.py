"""What a device may ask, checked against its credential. Inside the organization's scope."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from operant.panel.organizations.models import Organization
from operant.platform import clock
from operant.platform.refusals import NotFound
from operant.platform.tenancy.ids import parse_public_id, public_id
from operant.stage import queries as stage
from operant.stage.models import WATCHED_FOR, Dashboard
from operant.stage.variables import as_text, from_text

from .. import holding
from ..models import OF_THE_ORGANIZATION, Command, Pairing, Screen, Screens
from ..program import NO_TURNS, Program, Scene, Shows
from ..refusals import Expired, Replaced, Unpaired
from ..tokens import Access, Parsed, hashed, hashed_code, same
from . import programs

FORMAT = 1
REFRESH_HASHES = ("refresh_hash", "next_refresh_hash", "former_hash", "former_next_hash")
# Versions, each with what variables are set to.
Asking = frozenset[tuple[UUID, str]]


def waiting(device: UUID, secret: str) -> Pairing | None:
    """Return the device that proves itself with its secret, while its code or its claim is valid. Needs no scope."""
    found = Pairing.objects.filter(pk=device, exchanged_at=None, expires_at__gt=clock.now()).first()
    return found if found and same(found.secret_hash, hashed(secret)) else None


def by_code(code: str) -> Pairing | None:
    """Return the device that shows this code now. Needs no scope."""
    found = Pairing.objects.filter(code_hash=hashed_code(spelled(code))).first()
    return found if found and found.is_open else None


def spelled(code: str) -> str:
    """Return a code as screens show it, however it was typed."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[:12]


def screen(access: Access) -> Screen:
    """
    Return the screen that an access token belongs to, with what its manifest's checksum is made of.

    :raises Unpaired: when it was unpaired.
    :raises Expired: when the token is of an earlier generation of its credential.
    """
    return _believed(Screen.objects.all(), access)


def beating(access: Access) -> Screen:
    """
    Return the screen whose heartbeat comes with an access token, locked.

    :raises Unpaired: when it was unpaired.
    :raises Expired: when the token is of an earlier generation, or of a page that said goodbye since it had it.
    """
    one = _believed(Screen.objects.select_for_update(of=("self",), no_key=True), access)
    # What a page sent just before its goodbye may come after it. One that lives on asks for a new token and goes on.
    if one.left_at is not None and access.is_from_before(one.left_at):
        raise Expired
    return one


def command(screen: Screen, public: str) -> Command:
    """
    Return something that this screen was asked, by its public id.

    :raises NotFound: when it was never asked that.
    """
    try:
        found = Command.objects.filter(pk=parse_public_id("cmd", public), screen=screen).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("This screen was never asked that.")
    return found


def refreshing(parsed: Parsed) -> Screen:
    """
    Return the screen a refresh token belongs to, locked.

    :raises Unpaired: when the token is neither the current nor the next one, or the screen was silent for 180 days.
    :raises Replaced: when it is that of the device before.
    """
    # A forged one finds no row: it neither waits for the screen's nor has others wait for it.
    is_known = reduce(or_, (Q(**{name: parsed.secret_hash}) for name in REFRESH_HASHES))
    one = Screen.objects.paired().filter(is_known, pk=parsed.screen_id).locked().first()
    if one and (same(one.former_hash, parsed.secret_hash) or same(one.former_next_hash, parsed.secret_hash)):
        raise Replaced
    if one is None or one.refresh_until is None or one.refresh_until <= clock.now():
        raise Unpaired
    return one


@dataclass(frozen=True, slots=True)
class Board:
    """What the screens of one dashboard have in common, as a manifest's checksum sees it; or those of one `program`."""

    wanted_id: UUID | None
    dashboard_name: str | None
    noted: str | None
    locale: str
    zone: str
    brand_name: str
    brand_color: str
    brand_logo: UUID | None
    program: Program | None = None

    @property
    def turns(self) -> str:
        """Return the versions that take turns here, as PostgreSQL spells an array."""
        return self.program.turns if self.program else NO_TURNS

    def wanted_at(self, at: datetime) -> UUID | None:
        """Return the version that is to be on the glass at a moment."""
        if self.program is None:
            return self.wanted_id
        scene = self.program.scene_at(at)
        return scene and scene.version_id

    def shown(self, variables: str, rendered_id: UUID | None) -> Asking:
        """Return what a screen may ask for: all that it should show, and what it still shows."""
        if self.program is None:
            return frozenset((each, variables) for each in (self.wanted_id, rendered_id) if each)
        return self._asking(self.program.scenes, variables, rendered_id)

    def watched(self, variables: str, rendered_id: UUID | None, at: datetime) -> Asking:
        """Return what is to be kept fresh for a screen: what is on, what is on next, and what it still shows."""
        if self.program is None:
            return self.shown(variables, rendered_id)
        return self._asking(self.program.scenes_between(at, at + WATCHED_FOR), variables, rendered_id)

    def _asking(self, scenes: Iterable[Scene], variables: str, rendered_id: UUID | None) -> Asking:
        found = {(each.version_id, merged(variables, each.values)) for each in scenes}
        is_other = rendered_id is not None and self.program is not None and rendered_id not in self.program.versions
        return frozenset(found | {(rendered_id, variables)} if is_other else found)  # type: ignore[arg-type]


def board(organization_id: UUID, shows: Shows) -> Board:
    """Return what every screen that is set to this is told of it."""
    told = Organization.objects.filter(pk=organization_id).values_list(*OF_THE_ORGANIZATION.values()).get()
    theirs = _there(shows, told)
    if not shows.is_plain:
        return Board(None, None, None, **theirs, program=programs.program(shows))
    shown = Dashboard.objects.filter(pk=shows.dashboard_id).values_list("published_id", "name", "noted").first()
    published, *named = shown or (None, None, None)
    return Board(holding.wanted(shows.held, shows.dashboard_id, published), *named, **theirs)


def board_of(screen: Screen) -> Board:
    """Return the same for one screen."""
    if not screen.shows.is_plain:
        return board(screen.organization_id, screen.shows)
    theirs = _there(screen.shows, [getattr(screen, name) for name in OF_THE_ORGANIZATION])
    return Board(screen.wanted_id, screen.dashboard_name, screen.dashboard_noted, **theirs)


def etag(screen: Screen, board: Board | None = None) -> str:
    """Return the checksum of a screen's manifest: equal as long as nothing in it changed."""
    own = (screen.name, screen.theme, screen.variables, screen.glass, screen.takeover_id)
    return etag_of(board or board_of(screen), screen.shows, *own)


@lru_cache(maxsize=20_000)
def etag_of(
    board: Board, shows: Shows, name: str, theme: str, variables: str, glass: str = "", takeover_id: UUID | None = None
) -> str:
    """Return the same checksum from the board and what is a screen's own."""
    parts = (
        name,
        theme,
        board.locale,
        board.zone,
        board.brand_name,
        board.brand_color,
        board.brand_logo,
        *([variables] if variables else []),
        *([board.program.checksum] if board.program else []),
        *([f"glass {glass}"] if glass else []),
        *([f"takeover {takeover_id}"] if takeover_id else []),
    )
    told = _begun(board, shows.dashboard_id).copy()
    told.update("\x1f".join(map(str, parts)).encode())
    return told.hexdigest()[:32]


# What all screens of a board have in common is read once: its annotations may be long.
@lru_cache(maxsize=2000)
def _begun(board: Board, dashboard_id: UUID | None) -> "hashlib._Hash":
    parts = (FORMAT, board.wanted_id, dashboard_id, board.dashboard_name, board.noted, "")
    return hashlib.sha256("\x1f".join(map(str, parts)).encode())


@lru_cache(maxsize=2000)
def version_named(version_id: UUID | None) -> str | None:
    """Return a version's public id, or None of none."""
    return public_id("ver", version_id) if version_id else None


def keys_of(asking: Asking) -> list[str]:
    """Return the data that these versions show where their variables are set like this."""
    return sorted({key for version, variables in asking for key in _keys_of(version, variables)})


@lru_cache(maxsize=2000)
def merged(variables: str, values: str) -> str:
    """Return what variables are set to where a screen says one thing and an entry of its playlist another: the latter holds."""
    return as_text({**from_text(variables), **from_text(values)}) if values else variables


def commands(screen_id: UUID) -> list[Command]:
    """Return what a screen was asked and has not answered for good yet, oldest first."""
    open_ones = Command.objects.filter(screen=screen_id, acknowledged_at=None, expires_at__gt=clock.now())
    return list(open_ones.order_by("created_at", "pk"))


def checksum(numbers: Mapping[str, int | str]) -> str:
    """Return one short text for what a screen may know already: sequences of results, and a manifest's checksum."""
    return hashlib.sha256(repr(sorted(numbers.items())).encode()).hexdigest()[:32]


def _there(shows: Shows, told: Iterable[Any]) -> dict[str, Any]:
    theirs = dict(zip(OF_THE_ORGANIZATION, told, strict=True))
    return {**theirs, "zone": shows.time_zone or theirs["zone"]}


def _believed(screens: Screens, access: Access) -> Screen:
    one = screens.told().paired().filter(pk=access.screen_id).first()
    if one is None:
        raise Unpaired
    if one.generation != access.generation:
        raise Expired
    return one


# A version never changes, so neither do its keys, and a heartbeat need not read its document again.
@lru_cache(maxsize=2000)
def _keys_of(version_id: UUID, variables: str) -> tuple[str, ...]:
    return tuple(stage.keys(stage.version(version_id).document, from_text(variables)).values())
