"""What a device may ask, checked against its credential. Inside the organization's scope."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from operant.panel.organizations.models import Organization
from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.stage import queries as stage
from operant.stage.models import Dashboard
from operant.stage.variables import from_text

from ..models import COMMAND_FOR, OF_THE_ORGANIZATION, Command, Pairing, Screen, Screens
from ..refusals import Expired, Unpaired
from ..tokens import Access, Parsed, hashed, hashed_code, same

FORMAT = 1


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


def refreshing(parsed: Parsed) -> Screen:
    """
    Return the screen a refresh token belongs to, locked.

    :raises Unpaired: when the token is neither the current nor the next one, or the screen was silent for 180 days.
    """
    one = Screen.objects.paired().filter(pk=parsed.screen_id).locked().first()
    if one is None or one.refresh_until is None or one.refresh_until <= clock.now():
        raise Unpaired
    if not (same(one.refresh_hash, parsed.secret_hash) or same(one.next_refresh_hash, parsed.secret_hash)):
        raise Unpaired
    return one


@dataclass(frozen=True, slots=True)
class Board:
    """What the screens of one dashboard have in common, as a manifest's checksum sees it."""

    wanted_id: UUID | None
    dashboard_name: str | None
    noted: str | None
    locale: str
    time_zone: str
    brand_name: str
    brand_color: str
    brand_logo: UUID | None


def board(organization_id: UUID, dashboard_id: UUID | None) -> Board:
    """Return what every screen with this dashboard, or with none, is told of it."""
    theirs = Organization.objects.filter(pk=organization_id).values_list(*OF_THE_ORGANIZATION.values()).get()
    shown = Dashboard.objects.filter(pk=dashboard_id).values_list("published_id", "name", "noted").first()
    return Board(*(shown or (None, None, None)), *theirs)


def etag(screen: Screen) -> str:
    """Return the checksum of a screen's manifest: equal as long as nothing in it changed."""
    theirs = (getattr(screen, name) for name in OF_THE_ORGANIZATION)
    shown = Board(screen.wanted_id, screen.dashboard_name, screen.dashboard_noted, *theirs)
    return etag_of(shown, screen.dashboard_id, screen.name, screen.theme, screen.variables)


@lru_cache(maxsize=20_000)
def etag_of(board: Board, dashboard_id: UUID | None, name: str, theme: str, variables: str) -> str:
    """Return the same checksum from the board and what is a screen's own."""
    parts = (
        FORMAT,
        board.wanted_id,
        dashboard_id,
        board.dashboard_name,
        board.noted,
        name,
        theme,
        board.locale,
        board.time_zone,
        board.brand_name,
        board.brand_color,
        board.brand_logo,
        *([variables] if variables else []),
    )
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def wanted(screen: Screen) -> str | None:
    """Return the public id of the version a screen should show."""
    return version_named(screen.wanted_id)


@lru_cache(maxsize=2000)
def version_named(version_id: UUID | None) -> str | None:
    """Return a version's public id, or None of none."""
    return public_id("ver", version_id) if version_id else None


def keys(screen: Screen) -> list[str]:
    """Return the data that a screen may ask for: of the version it should show, and of the one it still shows."""
    return keys_of(screen.variables, screen.wanted_id, screen.rendered_version_id)


def keys_of(variables: str, *versions: UUID | None) -> list[str]:
    """Return the data that these versions show where their variables are set like this."""
    return sorted({key for version in set(versions) - {None} for key in _keys_of(version, variables)})


def commands(screen_id: UUID) -> list[Command]:
    """Return what a screen was asked and has not been handed yet, oldest first."""
    since = clock.now() - COMMAND_FOR
    return list(
        Command.objects.filter(screen=screen_id, delivered_at=None, created_at__gt=since).order_by("created_at")
    )


def checksum(numbers: Mapping[str, int | str]) -> str:
    """Return one short text for what a screen may know already: sequences of results, and a manifest's checksum."""
    return hashlib.sha256(repr(sorted(numbers.items())).encode()).hexdigest()[:32]


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
