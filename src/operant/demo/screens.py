"""Harbour's screens as they were last seen. Nobody plays their part now, so all are offline."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from operant.panel.accounts.models import Person
from operant.platform import clock
from operant.platform.events import Actor, acting
from operant.relay.actions import hearing, keeping, pairing, places, playlists, schedules, watching
from operant.relay.actions.playlists import Turn
from operant.relay.actions.schedules import Wish
from operant.relay.devices import Device
from operant.relay.models import LATE_AFTER, OFFLINE_AFTER, Rule, Screen
from operant.relay.wire import Browser, ClientError, Heartbeat, HelloBody, Rendered, Viewport
from operant.stage.models import Dashboard

# name, days since it was paired, since it was last seen, what it is, its viewport, versions it is behind
SCREENS = (
    ("Lobby", 320, 0.4, Device("Chromium", 120, "webOS"), (1920, 1080), 0),
    ("Dispatch desk", 260, 1.2, Device("Chromium", 128, "Linux on ARM"), (1920, 1080), 0),
    ("Packing line 1", 180, 25.5, Device("Chromium", 94, "Tizen"), (3840, 2160), 1),
)

# For each of them: how many days ago it fell silent, and for how many hours.
AWAY = (((61, 3), (12, 0.6)), ((44, 20), (9, 2.5), (3, 0.2)), ((29, 31),))


def pair_all(board: Dashboard, by: Person, now: datetime) -> list[Screen]:
    """Pair Harbour's screens, let each send its last heartbeat, and return them."""
    versions, screens = list(board.versions.order_by("-number")), []
    for number, (name, paired, seen, device, (w, h), behind) in enumerate(SCREENS):
        with clock.frozen(now - timedelta(days=paired)):
            body = HelloBody(viewport=Viewport(w=w, h=h), model=device.model)
            waiting, *_ = pairing.hello(body=body, device=device, address=f"192.0.2.{number + 10}")
            screen = pairing.pair(device=waiting, name=name, dashboard=board, by=by)
        for ago, away in AWAY[number]:
            _be_away(screen, device, (w, h), versions[-1], now - timedelta(days=ago), away)
        with clock.frozen(now - timedelta(days=seen)) as at:
            _beat(screen, device, (w, h), versions[behind], at)
        screens.append(screen)
    return screens


def take_turns(boards: Sequence[Dashboard], by: Person, now: datetime, on: Screen) -> None:
    """Let these dashboards take turns on one screen, which stays dark at night."""
    with clock.frozen(now - timedelta(days=30)):
        turns = [Turn(each, seconds) for each, seconds in zip(boards, (40, 15), strict=True)]
        keeping.assign(screen=on, playlist=playlists.make_playlist(name="Lobby round", by=by, entries=turns))
        night = Wish("Night", starts_at=time(20), ends_at=time(6), priority=Rule.Priority.HIGH)
        tours = Wish("Tours", dashboard=boards[1], days=0b11111, starts_at=time(9, 45), ends_at=time(10, 15))
        house = schedules.make_schedule(name="Opening hours", by=by, rules=[night, tours])
        keeping.schedule(screen=on, schedule=house)


def settle_in(screens: Sequence[Screen], by: Person, now: datetime) -> None:
    """Say where each screen hangs, and which of them belong together."""
    with clock.frozen(now - timedelta(days=29)):
        quay = places.make_site(name="Harbour quay", by=by, days=0b0111111, opens_at=time(6), closes_at=time(20))
        hall = places.make_site(name="Packing hall", by=by, days=0b0011111, opens_at=time(5, 30), closes_at=time(22))
        guests = places.make_group(name="For guests", by=by)
        where = ((quay, guests, ["portrait"]), (quay, None, []), (hall, None, ["behind glass", "4K"]))
        for screen, (site, group, tags) in zip(screens, where, strict=True):
            places.place(screen=screen, site=site, group=group, tags=tags)


def fall_silent(screens: list[Screen], now: datetime) -> None:
    """Let the clock notice that nothing was heard of the screens since. Nobody did that, so everybody hears of it."""
    for screen, (_, _, seen, *_) in zip(screens, SCREENS, strict=True):
        _silence(screen, now - timedelta(days=seen))


def _be_away(screen: Screen, device: Device, size: tuple[int, int], version: object, since: datetime, hours: float) -> None:
    with clock.frozen(since):
        _beat(screen, device, size, version, since)
    _silence(screen, since)
    with clock.frozen(since + timedelta(hours=hours)) as back:
        _beat(screen, device, size, version, back)


def _silence(screen: Screen, since: datetime) -> None:
    for silence in (LATE_AFTER, OFFLINE_AFTER):
        with clock.frozen(since + silence), acting(Actor("job", label="relay.settle")):
            watching.settle(ids=[screen.pk])


def _beat(screen: Screen, device: Device, size: tuple[int, int], version: object, at: datetime) -> None:
    errors = []
    if device.model == "Tizen":
        since = at - timedelta(hours=3)
        errors = [ClientError(code="storage_full", message="The browser's storage is full.", count=4, first=since, last=at)]
    beat = Heartbeat(
        viewport=Viewport(w=size[0], h=size[1]), browser=Browser(engine=device.engine, major=device.major),
        rendered=Rendered(version=version.public_id, at=at - timedelta(hours=5)), errors=errors,
    )
    hearing.heartbeat(screen=Screen.objects.paired().told().select_for_update(of=("self",)).get(pk=screen.pk), beat=beat)
