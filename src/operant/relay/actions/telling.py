from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from operant.platform import clock
from operant.platform.live import hint
from operant.platform.tenancy.ids import public_id
from operant.stage import actions as stage_actions
from operant.stage import queries as stage

from ..models import Command, Screen
from ..queries import devices

STREAM_FOR = timedelta(seconds=60)
POLL_FOR = timedelta(seconds=45)


@dataclass(frozen=True)
class News:
    """Everything that may have changed for a screen: its manifest's checksum, data, what it is asked to do."""

    etag: str
    wanted: str | None
    sequences: dict[str, int]
    commands: list[Command]


def manifest(*, screen: Screen) -> dict[str, Any]:
    """This function will return what a screen should show, and see to it that its data is fetched."""
    version = stage.version(screen.wanted_id) if screen.wanted_id else None
    return {
        "etag": devices.etag(screen),
        "screen": {"id": screen.public_id, "name": screen.name},
        "version": devices.wanted(screen),
        "number": version.number if version else None,
        "dashboard": _dashboard(screen),
        "document": version.document if version else None,
        "data": stage_actions.watch(document=version.document) if version else {},
        "theme": screen.theme,
        "locale": screen.locale,
        "time_zone": screen.time_zone,
        "server_time": clock.now().isoformat(),
    }


def news(*, screen: Screen) -> News:
    """This function will return what is new for a screen, and count its commands as handed over."""
    waiting = [each for each in devices.commands(screen.pk) if _handed(each)]
    return News(devices.etag(screen), devices.wanted(screen), stage.sequences(devices.keys(screen)), waiting)


def note_stream(*, screen: Screen) -> datetime:
    """This function will note that a screen holds a stream, and return until when that is believed."""
    until = clock.now() + STREAM_FOR
    _note_connection(screen, "stream", until)
    return until


def note_poll(*, screen: Screen) -> None:
    """This function will note that a screen asks regularly; a screen with a stream asks in passing."""
    if not (screen.is_connected and screen.connected_by == "stream"):
        _note_connection(screen, "poll", clock.now() + POLL_FOR)


def note_stream_end(*, screen: Screen, noted: datetime) -> None:
    """
    This function will note that a screen's stream ended. It says nothing about whether the screen is alive.

    `noted` is what `note_stream` returned last for it: when another stream was opened since, that one stands.
    """
    mine = Screen.objects.filter(pk=screen.pk, connected_by="stream", connected_until=noted)
    if mine.moved(connected_until=None, connected_by=""):
        hint("screens")


def _note_connection(screen: Screen, by: str, until: datetime) -> None:
    was = (screen.is_connected, screen.connected_by)
    Screen.objects.filter(pk=screen.pk).update(connected_until=until, connected_by=by)
    if was != (True, by):
        hint("screens")


def _handed(command: Command) -> bool:
    return Command.objects.filter(pk=command.pk, delivered_at=None).moved(delivered_at=clock.now())


def _dashboard(screen: Screen) -> dict[str, str] | None:
    return (
        {"id": public_id("dsh", screen.dashboard_id), "title": screen.dashboard_name} if screen.dashboard_id else None
    )
