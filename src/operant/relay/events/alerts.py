from datetime import datetime
from typing import Literal

from operant.platform.events import Event, Instant, Personal, Told

Kind = Literal["never_seen", "late", "offline", "behind", "errors", "frozen", "clock"]


class ScreensInTrouble(
    Event, name="relay.screens.in_trouble",
    told=Told(audit="{what}", notify="relay.command", category="screens", live=("screens",), public=True),
):
    """
    Screens need somebody: those of one site that came into the same trouble at the same time are told together.

    `what` says it in words, `count` of `total` screens there; `screen_ids` are the first 500 of them, `names` the first twenty.
    Of a single screen it also says when it was last seen and what it painted last.
    """

    kind: Kind
    what: str
    place: str
    count: int
    total: int
    screen_ids: list[str]
    names: list[str]
    last_seen_at: datetime | None = None
    painted: str = ""


class ScreensWellAgain(
    Event, name="relay.screens.well_again",
    told=Told(audit="{what}", notify="relay.command", category="screens", live=("screens",), public=True),
):
    """Screens whose trouble was told are well again, and stayed so for a while. `seconds` is how long it lasted at the longest."""

    kind: Kind
    what: str
    place: str
    count: int
    seconds: int
    screen_ids: list[str]
    names: list[str]


class ScreenNudged(
    Event, name="relay.screen.nudged",
    told=Told(
        audit="The screen {name} still shows an old version, so it was {how}", live=("screens", "screen:{screen_id}"), public=True
    ),
):  # fmt: skip
    """A screen did not show what it should: after 30 seconds it is told again, after two minutes asked to reload its page."""

    screen_id: str
    name: str
    how: Literal["told again", "asked to reload"]
    seconds: int


class ScreensMuted(
    Event, name="relay.screens.muted",
    told=Told(audit="{muted_by} muted alerts of {what} until {until}", live=("screens",), public=True),
):  # fmt: skip
    """Nobody is notified of these screens until then. They are watched all the same, and pages show how they are."""

    what: str
    screen_ids: list[str]
    until: Instant
    muted_by: Personal


class ScreensUnmuted(
    Event, name="relay.screens.unmuted",
    told=Told(audit="{unmuted_by} unmuted alerts of {what}", live=("screens",), public=True),
):
    """People are notified of these screens again."""

    what: str
    screen_ids: list[str]
    unmuted_by: Personal


class AlertingChanged(
    Event, name="relay.alerting.changed",
    told=Told(audit="{changed_by} changed when screens raise alerts: {changes}", live=("screens",), public=True),
):
    """Somebody chose what of screens people are notified of."""

    changes: str
    changed_by: Personal


class ScreenAlertingChanged(
    Event, name="relay.screen.alerting_changed",
    told=Told(
        audit="{changed_by} changed when the screen {name} raises alerts: {changes}", live=("screens", "screen:{screen_id}"),
        public=True,
    ),
):  # fmt: skip
    """Somebody chose what people hear of one screen: by its own terms, or as everywhere."""

    screen_id: str
    name: str
    changes: str
    changed_by: Personal
