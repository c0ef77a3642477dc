"""Alerts of screens over JSON: what people hear of all and of single ones, and which are muted until when."""

from typing import Annotated, Literal

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api

from .. import models, rules
from ..actions import alarming
from ..actions import alerting as actions
from ..models import FEWEST_ERRORS, MOST_ERRORS, MOST_HOURS, MOST_MINUTES
from ..queries import alarms, fleet
from .scopes import READ, WRITE
from .screens import ONE, ScreenId

routes = api.Routes("Alerts of screens")
Trouble = Literal["never_seen", "late", "offline", "behind", "errors", "frozen", "clock"]


class AlertingBody(api.Body):
    """
    What people hear of screens; the whole of it is given each time.

    `kinds` are the troubles that are told. A screen is told to be offline after `silent_minutes`, with 1 or 2 as soon as two
    heartbeats are missing (75 seconds); never seen after `never_seen_hours` since its pairing; and its errors rise when there are
    `errors_from` at least within ten minutes, and three times as many as usual.
    """

    kinds: Annotated[list[Trouble], Field(max_length=20)]
    silent_minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] = 3
    never_seen_hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] = 2
    errors_from: Annotated[int, Field(ge=FEWEST_ERRORS, le=MOST_ERRORS)] = 20


class Alerting(api.Shape):
    """What people hear of screens, or of one. `is_own` says that a screen has its own terms, and not those of everywhere."""

    kinds: list[Trouble]
    silent_minutes: int
    never_seen_hours: int
    errors_from: int
    is_own: bool

    @classmethod
    def of(cls, row: models.Alerting) -> "Alerting":
        """Return it as the contract has it."""
        return cls(
            kinds=row.kinds, silent_minutes=row.silent_minutes, never_seen_hours=row.never_seen_hours,
            errors_from=row.errors_from, is_own=row.screen_id is not None,
        )  # fmt: skip


class MuteBody(api.Body):
    """Until when nobody is notified of a screen: seven days at most."""

    until: api.GivenInstant


class Mute(api.Shape):
    """A screen that nobody is notified of until then. It is watched all the same, and what is still wrong then is told then."""

    screen: ScreenId
    name: str
    until: api.Instant

    @classmethod
    def of(cls, row: models.Watch) -> "Mute":
        """Return it as the contract has it."""
        return cls(screen=row.screen_id, name=row.screen.name, until=row.muted_until)


@routes.get("/screen-alerting", needs=READ, rule=rules.see_screens, gives=Alerting)
def get_alerting(request: HttpRequest):
    """Look at what people hear of screens everywhere."""
    return Alerting.of(alarms.terms())


@routes.put("/screen-alerting", needs=WRITE, rule=rules.alert, gives=Alerting)
def set_alerting(request: HttpRequest, body: AlertingBody):
    """Choose what people hear of screens. All are looked at by it within seconds, but for those with their own terms."""
    return Alerting.of(actions.choose(**body.model_dump(), by=request.auth.actor))


@routes.get(ONE + "/alerting", needs=READ, rule=rules.see_screens, gives=Alerting)
def get_screen_alerting(request: HttpRequest, screen_id: ScreenId):
    """Look at what people hear of one screen."""
    found = fleet.screen(screen_id)
    return Alerting.of(alarms.own_terms(found.pk) or alarms.terms())


@routes.put(ONE + "/alerting", needs=WRITE, rule=rules.command, gives=Alerting)
def set_screen_alerting(request: HttpRequest, screen_id: ScreenId, body: AlertingBody):
    """Give a screen its own terms, which hold in place of those of everywhere."""
    return Alerting.of(actions.choose(**body.model_dump(), screen=fleet.screen(screen_id), by=request.auth.actor))


@routes.delete(ONE + "/alerting", needs=WRITE, rule=rules.command)
def clear_screen_alerting(request: HttpRequest, screen_id: ScreenId):
    """Let people hear of a screen what they hear of all. Twice is as once."""
    actions.as_everywhere(screen=fleet.screen(screen_id), by=request.auth.actor)


@routes.get("/screen-mutes", needs=READ, rule=rules.see_screens, gives=api.Page[Mute])
def list_screen_mutes(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the screens that are muted, those first that people are told of first."""
    return paging.of(alarms.muted(), Mute.of, by="muted_until")


@routes.put(ONE + "/mute", needs=WRITE, rule=rules.command, gives=Mute)
def mute_screen(request: HttpRequest, screen_id: ScreenId, body: MuteBody):
    """Mute a screen until a time. The same time again changes nothing."""
    found = fleet.screen(screen_id)
    alarming.mute_until(screens=[found], until=body.until, by=request.auth.actor)
    return Mute(screen=found.pk, name=found.name, until=body.until)


@routes.delete(ONE + "/mute", needs=WRITE, rule=rules.command)
def unmute_screen(request: HttpRequest, screen_id: ScreenId):
    """Unmute a screen. One that is not muted stays as it is."""
    alarming.unmute(screens=[fleet.screen(screen_id)], by=request.auth.actor)
