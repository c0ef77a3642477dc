import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

from django.db import IntegrityError, transaction

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock, tenancy
from operant.platform.events import announce
from operant.platform.refusals import Gone, TooMany
from operant.stage.models import Dashboard
from operant.stage.naming import tagged

from .. import events, limits, tokens
from ..devices import Device
from ..models import PAIRING_FOR, Command, Cover, Group, Pairing, Screen, Site
from ..queries import devices, playing
from ..wire import HelloBody
from . import looking, picturing

# No letter or digit that looks like another, and no vowel pairs that spell words.
ALPHABET = "ACDEFGHJKLMNPQRTVWXY34679"
CODE_LENGTH = 6
HELLOS_A_MINUTE = 60
USED = "This code was used or ran out just now. Type the code that the screen shows at this moment."
# What is known of a device before it says anything.
SEEN = ("model", "viewport_width", "viewport_height", "browser_engine", "browser_major")
# What was true of the device before: what it proved itself with, its line and its picture.
REPLACED = {
    "refresh_hash": None, "next_refresh_hash": None, "refresh_until": None, "ticket_hash": None, "ticket_until": None,
    "connected_until": None, "connected_by": "", "rendered_version": None, "rendered_at": None,
}  # fmt: skip
TRIES = {
    "most": 5,
    "seconds": 60,
    "sentence": "Five codes were tried within a minute. Wait a minute, then type the code that the screen shows now.",
}


class Waiting(NamedTuple):
    """A device that wants to be paired, and what only it is told."""

    device: Pairing
    secret: str
    code: str


def hello(*, body: HelloBody, device: Device, address: str) -> Waiting:
    """
    This function will note a device that wants to be paired. Needs no scope.

    :raises TooMany: when devices at this address ask too often.
    """
    now = clock.now()
    if Pairing.objects.filter(address=address, created_at__gt=now - timedelta(minutes=1)).count() >= HELLOS_A_MINUTE:
        raise TooMany("Too many screens ask for a code from this network at once. They try again by themselves.")
    return _noted(body, device, address, secrets.token_urlsafe(32))


def try_code(*, code: str, by: Person, address: str) -> Pairing | None:
    """
    This function will find the device that shows a code, if any does. A code that is right counts as no try.

    Outside a scope: what a try counts stays counted when its request is refused.

    :raises TooMany: when this person, or this address, has tried five times within a minute.
    """
    slots = [limits.take("code", who, **TRIES) for who in (f"person {by.pk}", f"address {address}")]
    device = devices.by_code(code)
    if device:
        for slot in slots:
            limits.give_back(slot)
    return device


def pair(
    *, device: Pairing, name: str, dashboard: Dashboard | None, by: Person, site: Site | None = None, group: Group | None = None,
    tags: Iterable[str] = (),
) -> Screen:  # fmt: skip
    """
    This function will make a device a screen of the organization in scope, at a site and in a group if it is to be.

    :raises Gone: when its code ran out, or somebody else was faster.
    :raises Invalid: when a tag is too long or there are too many.
    :raises NotFound: when the dashboard, the site or the group was deleted meanwhile.
    """
    playing.hold(dashboard, site, group)
    screen_id = uuid4()
    if not device.claim(tenancy.current_organization_id(), screen_id):
        raise Gone(USED)
    screen = Screen.objects.create(
        id=screen_id,
        name=name.strip(),
        dashboard=dashboard,
        site=site,
        group=group,
        tags=tagged(tags, "A screen"),
        time_zone=site.time_zone if site else "",
        paired_by=organizations.person_of(by),
        **{each: getattr(device, each) for each in SEEN},
    )
    looking.begin(screen=screen)
    announce(
        events.ScreenPaired(
            screen_id=screen.public_id,
            name=screen.name,
            dashboard=dashboard.name if dashboard else "",
            site=site.name if site else "",
            group=group.name if group else "",
            paired_by=by.name,
        ),
        about=screen,
    )
    return screen


def replace(*, device: Pairing, screen: Screen, by: Person) -> Screen:
    """
    This function will put a device in the place of a screen's: name, rights, settings and history stay. What the device before
    proves itself with is refused from now on.

    :raises Gone: when the code ran out, somebody else was faster, or the screen was unpaired meanwhile.
    """
    held = Screen.objects.paired().filter(pk=screen.pk).locked().first()
    if held is None:
        raise Gone("This screen was unpaired just now. Pair the device as a new one.")
    if not device.claim(tenancy.current_organization_id(), held.pk, generation=held.generation + 1):
        raise Gone(USED)
    before = held.model
    former = {"former_hash": held.refresh_hash, "former_next_hash": held.next_refresh_hash}
    seen = {name: getattr(device, name) for name in SEEN}
    changed = {**REPLACED, **(former if held.refresh_hash else {}), **seen, "generation": held.generation + 1}
    for name, value in changed.items():
        setattr(held, name, value)
    held.save(update_fields=list(changed))
    _forget_answers(held)
    about = {"screen_id": held.public_id, "name": held.name, "before": before, "model": held.model}
    announce(events.ScreenReplaced(**about, replaced_by=by.name), about=held)
    return held


def _forget_answers(screen: Screen) -> None:
    """What lies over it is told to the new device as to any; what the one before was asked is of no use any more."""
    now = clock.now()
    Command.objects.filter(screen=screen, acknowledged_at=None, expires_at__gt=now).update(expires_at=now)
    picturing.drop_screenshot(screen=screen)
    if screen.takeover_id:
        over = Cover.objects.filter(screen=screen, takeover=screen.takeover_id)
        over.update(heard_at=None, painted_at=None, failed_at=None, reason="")


def forget_old() -> None:
    """This function will delete the devices whose code ran out, paired or not. Needs no scope."""
    Pairing.objects.filter(expires_at__lte=clock.now()).delete()


def _noted(body: HelloBody, device: Device, address: str, secret: str) -> Waiting:
    for _ in range(5):
        code = _code()
        try:
            with transaction.atomic():
                noted = Pairing.objects.create(
                    id=uuid4(),
                    code_hash=tokens.hashed_code(code),
                    secret_hash=tokens.hashed(secret),
                    model=body.model.strip() or device.model,
                    viewport_width=body.viewport.w,
                    viewport_height=body.viewport.h,
                    browser_engine=device.engine,
                    browser_major=device.major,
                    address=address,
                    expires_at=clock.now() + PAIRING_FOR,
                )
            return Waiting(noted, secret, code)
        except IntegrityError:
            # Another device shows this code: there are 244 million, so the next one is free.
            continue
    raise TooMany("No free code could be found. The screen tries again by itself.", retry_after=10)


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
