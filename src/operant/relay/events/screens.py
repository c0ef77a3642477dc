from datetime import datetime
from typing import Literal

from operant.platform.events import Event, Personal, Told

BOTH = ("screens", "screen:{screen_id}")


class ScreenPaired(
    Event,
    name="relay.screen.paired",
    told=Told(audit="{paired_by} paired the screen {name}", live=("screens", "dashboards"), public=True),
):
    """A device on a wall became a screen of this organization."""

    screen_id: str
    name: str
    dashboard: str
    paired_by: Personal
    site: str = ""
    group: str = ""


class ScreenUnpaired(
    Event,
    name="relay.screen.unpaired",
    told=Told(audit="The screen {name} was unpaired", live=(*BOTH, "dashboards"), public=True),
):
    """A screen no longer belongs to this organization; its device asks for a new code."""

    screen_id: str
    name: str


class ScreenRenamed(
    Event,
    name="relay.screen.renamed",
    told=Told(audit="The screen {before} was renamed to {name}", live=BOTH, public=True),
):
    """A screen got another name."""

    screen_id: str
    before: str
    name: str


class ScreenAssigned(
    Event,
    name="relay.screen.assigned",
    told=Told(audit="The screen {name} now shows {dashboard}", live=(*BOTH, "dashboards"), public=True),
):
    """A screen was given another dashboard, or none."""

    screen_id: str
    name: str
    dashboard: str


class ScreenPlaylistAssigned(
    Event,
    name="relay.screen.playlist_assigned",
    told=Told(audit="The screen {name} now shows the playlist {playlist}", live=(*BOTH, "dashboards"), public=True),
):
    """A screen was given a playlist in place of a dashboard."""

    screen_id: str
    name: str
    playlist: str


class ScreenScheduled(
    Event,
    name="relay.screen.scheduled",
    told=Told(audit="The screen {name} now has the schedule {schedule}", live=(*BOTH, "dashboards"), public=True),
):
    """A screen was given another schedule, or none."""

    screen_id: str
    name: str
    schedule: str


class ScreenThemed(
    Event,
    name="relay.screen.themed",
    told=Told(audit="The screen {name} is now {theme}", live=BOTH, public=True),
):
    """A screen was made light or dark."""

    screen_id: str
    name: str
    theme: str


class ScreenMoved(
    Event,
    name="relay.screen.moved",
    told=Told(audit="The time zone of the screen {name} is now {time_zone}", live=BOTH, public=True),
):
    """A screen was given another time zone: clocks, times and schedules on it go by that one."""

    screen_id: str
    name: str
    time_zone: str


class ScreenLaidOut(
    Event,
    name="relay.screen.laid_out",
    told=Told(audit="The picture of the screen {name} is now laid out so: {settings}", live=BOTH, public=True),
):
    """How a screen's player lays its picture out was changed: turned, larger, within the edges, darker at night."""

    screen_id: str
    name: str
    settings: str


class ScreenReplaced(
    Event,
    name="relay.screen.replaced",
    told=Told(audit="{replaced_by} gave the screen {name} another device: {model}", live=(*BOTH, "dashboards"), public=True),
):
    """Another device took the place of a screen's. What the device before proved itself with is refused from now on."""

    screen_id: str
    name: str
    before: str
    model: str
    replaced_by: Personal


class ScreenVariablesSet(
    Event,
    name="relay.screen.variables_set",
    told=Told(audit="The variables of the screen {name} were set to {values}", live=BOTH, public=True),
):
    """What a screen's dashboard asks for was set for this screen alone."""

    screen_id: str
    name: str
    values: str


class ScreenWentOffline(
    Event,
    name="relay.screen.went_offline",
    told=Told(audit="The screen {name} went offline", live=("screens", "dashboards"), public=True),
):
    """A screen said goodbye, or was silent for three minutes."""

    screen_id: str
    name: str
    because: Literal["goodbye", "silence"]
    last_seen_at: datetime | None
    dashboard: str
    version: int | None


class ScreenCameBack(
    Event,
    name="relay.screen.came_back",
    told=Told(audit="The screen {name} came back", live=("screens", "dashboards"), public=True),
):
    """A screen that was offline sent a heartbeat again."""

    screen_id: str
    name: str
    away_seconds: int
    dashboard: str
    version: int | None


class CommandSent(
    Event,
    name="relay.command.sent",
    told=Told(audit="{sent_by} asked the screen {name} to {kind}", live=BOTH, public=True),
):
    """Somebody asked a screen to show its name, to reload, to restart its player, to clear its cache, or to send its picture."""

    screen_id: str
    name: str
    kind: str
    sent_by: Personal


class CommandDone(
    Event,
    name="relay.command.done",
    told=Told(audit="The screen {name} did what it was asked: {kind}", live=("screens",), public=True),
):
    """A screen did what it was asked to do."""

    screen_id: str
    name: str
    kind: str


class CommandFailed(
    Event,
    name="relay.command.failed",
    told=Told(audit="The screen {name} could not do what it was asked: {kind}", live=("screens",), public=True),
):
    """A screen could not do what it was asked to do, or does not know it. `reason` is what it said, scrubbed."""

    screen_id: str
    name: str
    kind: str
    reason: str


class PlaylistCreated(
    Event,
    name="relay.playlist.created",
    told=Told(audit="{created_by} made the playlist {name}", live=("playlists",), public=True),
):
    """A playlist was made: dashboards that take turns on screens."""

    playlist_id: str
    name: str
    created_by: Personal


class PlaylistChanged(
    Event,
    name="relay.playlist.changed",
    told=Told(
        audit="{changed_by} changed the playlist {name}", live=("playlists", "playlist:{playlist_id}", "dashboards"),
        public=True,
    ),
):  # fmt: skip
    """A playlist got another name, or other entries. `entries` is how many take turns now, `seconds` how long a round is."""

    playlist_id: str
    name: str
    entries: int
    seconds: int
    changed_by: Personal


class PlaylistDeleted(
    Event,
    name="relay.playlist.deleted",
    told=Told(audit="{deleted_by} deleted the playlist {name}", live=("playlists", "dashboards"), public=True),
):
    """A playlist was deleted. No screen showed it."""

    playlist_id: str
    name: str
    deleted_by: Personal


class ScheduleCreated(
    Event,
    name="relay.schedule.created",
    told=Told(audit="{created_by} made the schedule {name}", live=("schedules",), public=True),
):
    """A schedule was made: rules that say when screens show something else."""

    schedule_id: str
    name: str
    created_by: Personal


class ScheduleChanged(
    Event,
    name="relay.schedule.changed",
    told=Told(
        audit="{changed_by} changed the schedule {name}", live=("schedules", "schedule:{schedule_id}", "dashboards"),
        public=True,
    ),
):  # fmt: skip
    """A schedule got another name, another time zone or other rules. `rules` is how many it has now."""

    schedule_id: str
    name: str
    rules: int
    changed_by: Personal


class ScheduleDeleted(
    Event,
    name="relay.schedule.deleted",
    told=Told(audit="{deleted_by} deleted the schedule {name}", live=("schedules", "dashboards"), public=True),
):
    """A schedule was deleted. No screen had it."""

    schedule_id: str
    name: str
    deleted_by: Personal
