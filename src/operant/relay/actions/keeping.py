from typing import Any

from operant.panel.accounts.models import Person
from operant.panel.organizations import actions as organizations
from operant.panel.organizations import queries as who
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.refusals import Gone, Invalid, Refusal
from operant.stage.models import Dashboard
from operant.stage.variables import MOST_SET, as_text, checked, from_text, said

from .. import events
from ..glass import Glass, words
from ..glass import as_text as as_glass
from ..glass import checked as checked_glass
from ..models import Command, Playlist, Schedule, Screen
from ..queries import fleet, playing
from . import asking, looking, nudging, picturing
from .schedules import known_zone


def rename(*, screen: Screen, name: str) -> None:
    """
    This function will give a screen another name.

    :raises Invalid: when the name is empty.
    """
    before, name = screen.name, name.strip()
    if not name:
        raise Invalid("A screen needs a name.")
    if name == before:
        return
    screen.name = name
    screen.save(update_fields=["name"])
    announce(events.ScreenRenamed(screen_id=screen.public_id, before=before, name=name), about=screen)


def assign(*, screen: Screen, dashboard: Dashboard | None = None, playlist: Playlist | None = None) -> None:
    """
    This function will let a screen show a dashboard's published version, now and after each publication; or a playlist's
    dashboards by turns; or nothing.

    :raises NotFound: when that was deleted meanwhile.
    """
    if (screen.dashboard_id, screen.playlist_id) == (dashboard and dashboard.pk, playlist and playlist.pk):
        return
    playing.hold(dashboard, playlist)
    screen.dashboard, screen.playlist = dashboard, playlist
    screen.save(update_fields=["dashboard", "playlist"])
    nudging.expect_of(screens=[screen.pk])
    about = {"screen_id": screen.public_id, "name": screen.name}
    if playlist:
        announce(events.ScreenPlaylistAssigned(**about, playlist=playlist.name), about=screen)
    else:
        announce(events.ScreenAssigned(**about, dashboard=dashboard.name if dashboard else "nothing"), about=screen)


def schedule(*, screen: Screen, schedule: Schedule | None) -> None:
    """
    This function will let a screen show what a schedule says at its times, and at all others what it shows usually.

    :raises NotFound: when the schedule was deleted meanwhile.
    """
    if screen.schedule_id == (schedule and schedule.pk):
        return
    playing.hold(schedule)
    screen.schedule = schedule
    screen.save(update_fields=["schedule"])
    nudging.expect_of(screens=[screen.pk])
    named = schedule.name if schedule else "none"
    announce(events.ScreenScheduled(screen_id=screen.public_id, name=screen.name, schedule=named), about=screen)


def make(*, screen: Screen, theme: str) -> None:
    """This function will make a screen light or dark."""
    if screen.theme == theme:
        return
    screen.theme = Screen.Theme(theme).value
    screen.save(update_fields=["theme"])
    announce(events.ScreenThemed(screen_id=screen.public_id, name=screen.name, theme=screen.theme), about=screen)


def move(*, screen: Screen, time_zone: str) -> None:
    """
    This function will say in which time zone a screen hangs; an empty name is the organization's.

    :raises Invalid: when there is no such time zone.
    :raises Refusal: when it hangs at a site, whose time zone it has.
    """
    if screen.time_zone == (zone := known_zone(time_zone)):
        return
    if screen.site:
        raise Refusal(f"{screen.name} goes by the clock of {screen.site.name}. Change the time zone of that site.")
    screen.time_zone = zone
    screen.save(update_fields=["time_zone"])
    told = zone or f"{who.organization().time_zone}, as the organization's"
    announce(events.ScreenMoved(screen_id=screen.public_id, name=screen.name, time_zone=told), about=screen)


def lay_out(*, screen: Screen, glass: Glass) -> None:
    """
    This function will say how a screen's player lays its picture out: turned, larger, within the edges, darker at night.

    :raises Invalid: when a player cannot follow one of these.
    """
    if (text := as_glass(checked_glass(glass))) == screen.glass:
        return
    screen.glass = text
    screen.save(update_fields=["glass"])
    announce(events.ScreenLaidOut(screen_id=screen.public_id, name=screen.name, settings=words(glass)), about=screen)


def set_variables(*, screen: Screen, values: dict[str, Any]) -> None:
    """
    This function will set variables of the dashboard that a screen shows, for this screen alone; all others hold their defaults.

    What is set stays when the screen gets another dashboard, for variables of the same names.

    :raises Invalid: when the dashboard has no such variable, or it does not take such a value.
    """
    known = fleet.variables(screen)
    kept = {name: value for name, value in from_text(screen.variables).items() if name not in {each.name for each in known}}
    wanted = checked(known, values)
    if len(kept) + len(wanted) > MOST_SET:
        kept = {}
    if (text := as_text({**kept, **wanted})) == screen.variables:
        return
    screen.variables = text
    screen.save(update_fields=["variables"])
    about = {"screen_id": screen.public_id, "name": screen.name, "values": said(wanted) or "the defaults"}
    announce(events.ScreenVariablesSet(**about), about=screen)


def send(*, screen: Screen, kind: str, by: Person) -> Command:
    """This function will ask a screen to do something, as long as that is of use: some minutes, or an hour."""
    command = asking.ask(screen=screen, kind=Command.Kind(kind), by=who.person_of(by))
    words = Command.Kind(kind).label.lower()
    announce(
        events.CommandSent(screen_id=screen.public_id, name=screen.name, kind=words, sent_by=by.name), about=screen
    )
    return command


def unpair(*, screen: Screen) -> None:
    """
    This function will end a screen: its credential is refused from its next request on.

    :raises Gone: when it was unpaired before.
    """
    ended = (
        Screen.objects.paired()
        .filter(pk=screen.pk)
        .moved(
            unpaired_at=clock.now(),
            generation=screen.generation + 1,
            due_at=None,
            leased_until=None,
            refresh_hash=None,
            next_refresh_hash=None,
            refresh_until=None,
            ticket_hash=None,
            ticket_until=None,
            connected_until=None,
            connected_by="",
            # Its dashboard stays in its history; these may be deleted.
            playlist=None,
            schedule=None,
            takeover=None,
            former_hash=None,
            former_next_hash=None,
            site=None,
            group=None,
        )
    )
    if not ended:
        raise Gone("This screen was unpaired already.")
    organizations.end_rights(about=screen)
    looking.end(screen=screen)
    picturing.drop_screenshot(screen=screen)
    announce(events.ScreenUnpaired(screen_id=screen.public_id, name=screen.name), about=screen)
