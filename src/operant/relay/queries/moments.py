"""What screens show at one moment, and why. Inside the organization's scope."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from operant.platform import clock
from operant.platform.refusals import Invalid

from .. import phrasing
from ..models import Playlist, Rule, Screen
from ..program import Scene, Shows
from . import programs

USUAL = "since no rule is on"
FARTHEST = timedelta(days=3650)


@dataclass(frozen=True)
class Moment:
    """
    What is on at a moment, which of a playlist's dashboards that is, why, and until when at least.

    `shows` names the dashboard or the playlist, `scene` is what is then to be seen of it, `rule` the one that holds.
    """

    at: datetime
    zone: ZoneInfo
    shows: str
    playlist: Playlist | None
    scene: Scene | None
    rule: Rule | None
    until: datetime

    @property
    def dashboard(self) -> str:
        """Which of a playlist's dashboards has its turn."""
        return self.scene.name if self.scene and self.playlist else ""

    @property
    def because(self) -> str:
        return because(self.rule)


class Moments:
    """What screens show at a moment: whatever they are set to is asked for once, for all of them."""

    def __init__(self, shows: set[Shows], at: datetime) -> None:
        """
        Ask for what these show.

        :raises Invalid: when the moment is too far away for anything to be said of it.
        """
        if abs(at - clock.now()) > FARTHEST:
            raise Invalid("Ask for a time within ten years.")
        self.at, self._known = at, programs.Known(shows)
        self._playlists = Playlist.objects.in_bulk(self._known.playlists) if self._known.playlists else {}

    def of(self, screen: Screen) -> Moment:
        """Return what one of these shows."""
        shows = screen.shows
        span, rule = self._known.spans(shows, self.at, self.at + programs.AHEAD)[0]
        said = rule or screen
        playlist = self._playlists.get(said.playlist_id)
        scene = self._known.program(shows, *self._known.between(shows, self.at, self.at + timedelta(seconds=1))).scene_at(self.at)
        name = playlist.name if playlist else self._known.name_of(said.dashboard_id)
        return Moment(
            self.at, self._known.zone(shows), name or ("Nothing" if rule else "Nothing yet"), playlist, scene, rule, span.until
        )


def moment(screen: Screen, at: datetime) -> Moment:
    """
    Return what a screen shows at a moment, today or on any other day.

    :raises Invalid: when the moment is too far away for anything to be said of it.
    """
    return Moments({screen.shows}, at).of(screen)


def moments(at: datetime) -> Moments:
    """
    Return what every screen shows at a moment.

    :raises Invalid: when the moment is too far away for anything to be said of it.
    """
    rows = Screen.objects.paired().order_by().values_list("dashboard", "playlist", "schedule", "time_zone", "held").distinct()
    return Moments({Shows(*each) for each in rows}, at)


def because(rule: Rule | None) -> str:
    """Return why something is shown, in words."""
    return f"because of the rule {rule.name} ({phrasing.when(rule)})" if rule else USUAL


def usual_of(screen: Screen) -> str:
    """Return what a screen shows where no rule is on."""
    content = screen.playlist or screen.dashboard
    return content.name if content else "Nothing yet"
