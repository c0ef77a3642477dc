"""The render log over JSON."""

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api

from .. import rules
from ..queries import fleet, rendering
from ..queries.rendering import Period, Run
from .scopes import READ
from .screens import ONE, DashboardId, ScreenId, VersionId

routes = api.Routes("Screens")


class AskedLog(api.Body):
    """Which time is meant. Heartbeats are kept for about three months, and 93 days can be asked for at once."""

    model_config = {**api.Body.model_config, "strict": False}

    since: api.GivenInstant | None = Field(None, description="With Z or its offset from UTC. A week before the end when left out.")
    until: api.GivenInstant | None = Field(None, description="Now when left out.")


class Rendering(api.Shape):
    """
    A time in which a screen painted one version, from its first heartbeat that said so to the last; null is nothing painted.

    `errors` is how many its page reported meanwhile.
    """

    version: VersionId | None
    dashboard: DashboardId | None
    name: str
    number: int | None
    began_at: api.Instant
    ended_at: api.Instant
    heartbeats: int
    errors: int

    @classmethod
    def of(cls, run: Run) -> "Rendering":
        """Return a run as the contract has it."""
        return cls(
            version=run.version_id, dashboard=run.dashboard_id, name=run.dashboard, number=run.number, began_at=run.began_at,
            ended_at=run.ended_at, heartbeats=run.heartbeats, errors=run.errors,
        )  # fmt: skip


class RenderLog(api.Shape):
    """What a screen painted in a time, newest first. Where `is_whole` is false ask again until the oldest `began_at`."""

    since: api.Instant
    until: api.Instant
    is_whole: bool
    renderings: list[Rendering]


@routes.get(ONE + "/renderings", needs=READ, rule=rules.see_screens, gives=RenderLog)
def get_renderings(request: HttpRequest, screen_id: ScreenId, asked: api.Query[AskedLog]):
    """Find out which versions a screen painted, from when to when."""
    period = Period.read(asked.since, asked.until)
    found = rendering.runs(fleet.screen(screen_id), period)
    entries = [Rendering.of(each) for each in found]
    return RenderLog(since=period.since, until=period.until, is_whole=len(found) < rendering.MOST_RUNS, renderings=entries)
