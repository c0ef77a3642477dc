from datetime import datetime
from typing import Literal

from operant.platform.events import Event, Personal, Told

BOTH = ("takeovers", "takeover:{takeover_id}")


class TakeoverStarted(
    Event,
    name="relay.takeover.started",
    told=Told(audit="{started_by} took over {screens} with {what}", live=BOTH, public=True),
):
    """A message or a dashboard was put over what screens show. `screens` says in words how many."""

    takeover_id: str
    what: str
    severity: Literal["info", "warning", "alert"]
    screens: str
    until: datetime
    started_by: Personal


class TakeoverEnded(
    Event,
    name="relay.takeover.ended",
    told=Told(audit="The takeover of {screens} with {what} ended", live=BOTH, public=True),
):
    """A takeover is over. `because` says whether its time had come or somebody ended it before."""

    takeover_id: str
    what: str
    screens: str
    because: Literal["time", "person"]
    painted: int


class TakeoverPainted(
    Event,
    name="relay.takeover.painted",
    told=Told(audit="The screen {name} painted {what}", live=("takeover:{takeover_id}",), public=True),
):
    """A screen says that a takeover is on its glass."""

    takeover_id: str
    screen_id: str
    name: str
    what: str


class TakeoverFailed(
    Event,
    name="relay.takeover.failed",
    told=Told(audit="The screen {name} could not paint {what}: {reason}", live=("takeover:{takeover_id}",), public=True),
):
    """A screen says that it could not paint a takeover."""

    takeover_id: str
    screen_id: str
    name: str
    what: str
    reason: str
