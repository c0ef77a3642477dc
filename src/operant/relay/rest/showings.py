"""What screens show at a time, and why, over JSON."""

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api, clock

from .. import models, rules
from ..queries import fleet, moments
from ..queries.moments import Moment
from .schedules import ScheduleRule
from .scopes import READ
from .screens import ONE, DashboardId, ScreenId, ShownPlaylist

routes = api.Routes("Screens")


class Asked(api.Body):
    """Which time is meant."""

    model_config = {**api.Body.model_config, "strict": False}

    at: api.GivenInstant | None = Field(None, description="With Z or its offset from UTC. Now when left out.")


class AskedOfAll(api.Paging, Asked):
    """Which time is meant, and which part of the list is wanted."""


class SceneShown(api.Shape):
    """A dashboard that is then to be seen."""

    id: DashboardId
    name: str


class Showing(api.Shape):
    """
    What a screen shows at a time, and why.

    `dashboard` is what is to be seen, null for nothing; of a `playlist` it is the one that has its turn. `rule` is the one of
    its schedule that holds, null where none does and it shows what it usually does; `because` says so in words. Nothing
    else is decided before `until`, and `time_zone` is the one that its times are meant in.
    """

    screen: ScreenId
    name: str
    at: api.Instant
    time_zone: str
    dashboard: SceneShown | None
    playlist: ShownPlaylist | None
    rule: ScheduleRule | None
    because: str
    until: api.Instant

    @classmethod
    def of(cls, screen: models.Screen, found: Moment) -> "Showing":
        """Return what a screen shows as the contract has it."""
        scene, playlist = found.scene, found.playlist
        return cls(
            screen=screen.pk, name=screen.name, at=found.at, time_zone=found.zone.key, because=found.because, until=found.until,
            dashboard=SceneShown(id=scene.dashboard_id, name=scene.name) if scene else None,
            playlist=ShownPlaylist(id=playlist.pk, name=playlist.name) if playlist else None,
            rule=ScheduleRule.of(found.rule) if found.rule else None,
        )  # fmt: skip


@routes.get(ONE + "/showing", needs=READ, rule=rules.see_screens, gives=Showing)
def get_showing(request: HttpRequest, screen_id: ScreenId, asked: api.Query[Asked]):
    """Find out what a screen shows at a time, and why."""
    screen = fleet.screen(screen_id)
    return Showing.of(screen, moments.moment(screen, asked.at or clock.now()))


@routes.get("/screens/showings", needs=READ, rule=rules.see_screens, gives=api.Page[Showing])
def list_showings(request: HttpRequest, asked: api.Query[AskedOfAll]):
    """Find out what all screens show at a time, and why, in the order in which they were paired."""
    known = moments.moments(asked.at or clock.now())
    return asked.of(fleet.screens(), lambda each: Showing.of(each, known.of(each)), by="paired_at")
