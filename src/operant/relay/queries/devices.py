"""What a device may ask, checked against its credential. Inside the organization's scope."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.stage import queries as stage

from ..models import COMMAND_FOR, Command, Pairing, Screen
from ..refusals import Expired, Unpaired
from ..tokens import Access, Parsed, hashed, same

FORMAT = 1


def waiting(device: UUID, secret: str) -> Pairing | None:
    """Return the device that proves itself with its secret, while its code or its claim is valid. Needs no scope."""
    found = Pairing.objects.filter(pk=device, exchanged_at=None, expires_at__gt=clock.now()).first()
    return found if found and same(found.secret_hash, hashed(secret)) else None


def by_code(code: str) -> Pairing | None:
    """Return the device that shows this code now. Needs no scope."""
    found = Pairing.objects.filter(code=spelled(code)).first()
    return found if found and found.is_open else None


def spelled(code: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[:12]


def screen(access: Access, *, locked: bool = False) -> Screen:
    """
    Return the screen that an access token belongs to, with what its manifest's checksum is made of.

    :raises Unpaired: when it was unpaired.
    :raises Expired: when the token is of an earlier generation of its credential.
    """
    found = Screen.objects.told().paired().filter(pk=access.screen_id)
    if locked:
        found = found.select_for_update(of=("self",), no_key=True)
    one = found.first()
    if one is None:
        raise Unpaired
    if one.generation != access.generation:
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


def etag(screen: Screen) -> str:
    """Return the checksum of a screen's manifest: equal as long as nothing in it changed."""
    parts = (
        FORMAT,
        screen.wanted_id,
        screen.dashboard_id,
        screen.dashboard_name,
        screen.name,
        screen.theme,
        screen.locale,
        screen.time_zone,
    )
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def wanted(screen: Screen) -> str | None:
    """Return the public id of the version a screen should show."""
    return public_id("ver", screen.wanted_id) if screen.wanted_id else None


def keys(screen: Screen) -> list[str]:
    """Return the data that a screen may ask for: of the version it should show, and of the one it still shows."""
    versions = {screen.wanted_id, screen.rendered_version_id} - {None}
    return sorted({key for version in versions for key in _keys_of(version)})


def commands(screen_id: UUID) -> list[Command]:
    """Return what a screen was asked and has not been handed yet, oldest first."""
    since = clock.now() - COMMAND_FOR
    return list(
        Command.objects.filter(screen=screen_id, delivered_at=None, created_at__gt=since).order_by("created_at")
    )


def checksum(numbers: Mapping[str, int | str]) -> str:
    """Return one short text for what a screen may know already: sequences of results, and a manifest's checksum."""
    return hashlib.sha256(repr(sorted(numbers.items())).encode()).hexdigest()[:32]


# A version never changes, so neither do its keys, and a heartbeat need not read its document again.
@lru_cache(maxsize=2000)
def _keys_of(version_id: UUID) -> tuple[str, ...]:
    return tuple(stage.keys(stage.version(version_id).document).values())
