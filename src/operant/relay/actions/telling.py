import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from operant.platform import clock
from operant.platform.live import hint
from operant.stage import actions as stage_actions
from operant.stage import framing
from operant.stage import queries as stage
from operant.stage.models import DashboardVersion
from operant.stage.variables import from_text

from ..models import Command, Screen
from ..queries import devices, takeovers
from ..queries.devices import Asking

STREAM_FOR = timedelta(seconds=60)
POLL_FOR = timedelta(seconds=45)


@dataclass(frozen=True)
class News:
    """Everything that may have changed for a screen: its manifest's checksum, data, what it is asked to do."""

    etag: str
    sequences: dict[str, int]
    commands: list[Command]


@dataclass(frozen=True)
class Edition:
    """A version as all its screens are handed it: ready-made JSON."""

    number: int | None
    document: str
    data: str
    frames: str = "{}"


def edition(*, version_id: UUID, variables: str) -> Edition:
    """This function will return what a version's screens with these values show, and see to it that its data is fetched."""
    version = stage.version(version_id)
    stage_actions.watch(document=version.document, values=from_text(variables))
    return _edition(version, variables)


def editions(*, asking: Sequence[tuple[UUID, str]], watched: Asking) -> list[Edition]:
    """This function will return several at once, and see to the data of those that are to be watched."""
    watch(asking=watched)
    return [_edition(stage.version(version_id), variables) for version_id, variables in asking]


def watch(*, asking: Asking) -> None:
    """This function will keep the data of these versions fresh, and have it asked where nobody did before."""
    keys = devices.keys_of(asking)
    if len(stage.sequences(keys)) == len(keys):
        stage_actions.keep_watching(keys=keys)
        return
    for version_id, variables in sorted(asking):
        stage_actions.watch(document=stage.version(version_id).document, values=from_text(variables))


def news(*, screen: Screen) -> News:
    """This function will return what is new for a screen, and count its commands as handed over."""
    waiting, board = commands(screen_id=screen.pk), devices.board_of(screen)
    over = takeovers.asking(screen.takeover_id, screen.variables)
    keys = devices.keys_of(board.shown(screen.variables, screen.rendered_version_id) | over)
    return News(devices.etag(screen, board), stage.sequences(keys), waiting)


def commands(*, screen_id: UUID) -> list[Command]:
    """
    This function will return what a screen is asked to do, and note when it was handed over first.

    It is handed over until the screen says what became of it: a line that breaks loses nothing, and a screen does each once.
    """
    found = devices.commands(screen_id)
    fresh = [each.pk for each in found if each.delivered_at is None]
    if fresh:
        Command.objects.filter(pk__in=fresh, delivered_at=None).update(delivered_at=clock.now())
    return found


def note_stream(*, screen: Screen) -> datetime:
    """This function will note that a screen holds a stream, and return until when that is believed."""
    until = clock.now() + STREAM_FOR
    _note_connection(screen, "stream", until)
    return until


def note_poll(*, screen: Screen) -> None:
    """This function will note that a screen asks regularly; a screen with a stream asks in passing."""
    if not (screen.is_connected and screen.connected_by == "stream"):
        _note_connection(screen, "poll", clock.now() + POLL_FOR)


def note_stream_end(*, screen_id: UUID, noted: datetime) -> None:
    """
    This function will note that a screen's stream ended. It says nothing about whether the screen is alive.

    `noted` is what `note_stream` returned last for it: when another stream was opened since, that one stands.
    """
    mine = Screen.objects.filter(pk=screen_id, connected_by="stream", connected_until=noted)
    if mine.moved(connected_until=None, connected_by=""):
        hint("screens")


def _edition(version: DashboardVersion, variables: str) -> Edition:
    keys = stage.keys(version.document, from_text(variables))
    frames = framing.frames(version.document)
    return Edition(version.number, json.dumps(version.document), json.dumps(keys), json.dumps(frames))


def _note_connection(screen: Screen, by: str, until: datetime) -> None:
    was = (screen.is_connected, screen.connected_by)
    Screen.objects.filter(pk=screen.pk).update(connected_until=until, connected_by=by)
    if was != (True, by):
        hint("screens")
