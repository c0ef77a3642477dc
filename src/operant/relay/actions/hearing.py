from datetime import datetime, timedelta
from uuid import UUID

from operant.platform import clock
from operant.platform.events import announce
from operant.platform.live import hint
from operant.platform.refusals import Invalid, NotFound, TooMany
from operant.platform.scrubbing import scrub
from operant.platform.tenancy.ids import parse_public_id
from operant.stage import queries as stage

from .. import events, faults, wire
from ..models import GOODBYE_AFTER, LATE_AFTER, ClientError, Command, Heartbeat, Outage, Screen
from ..queries import devices, takeovers
from ..queries.devices import Board
from . import looking, returning, telling

ERRORS_KEPT = 50
HEARD = "heard"
BURST = timedelta(seconds=10)
# Errors come by the beat: one look at what ten seconds brought is enough.
ERRORS_WAIT = timedelta(seconds=10)
ONE_BEAT = timedelta(seconds=1)
_SAMPLED = (
    "viewport_width",
    "viewport_height",
    "browser_engine",
    "browser_major",
    "rendered_version",
    "rendered_at",
    "state",
    "last_seen_at",
    "went_offline_at",
    "left_at",
    "pace_at",
    "due_at",
    "leased_until",
)


def heartbeat(*, screen: Screen, beat: wire.Heartbeat) -> Board:
    """
    This function will store what a screen says of itself, and return what it should show. The screen is locked by the caller.

    Heartbeats that say nothing new never come here: `sampling` stores them together.

    :raises TooMany: when it says so more than once a second on average.
    :raises Invalid: when it claims to show a version that this organization never published.
    """
    now, board, was, away_since = clock.now(), devices.board_of(screen), screen.state, screen.went_offline_at
    silent_since = screen.last_seen_at
    before = _face(screen, board)
    showed = screen.rendered_version_id
    screen.pace_at = paced(screen.pace_at, now)
    _take_over(screen, beat, now)
    screen.save(update_fields=_SAMPLED)
    _sample(screen, beat, now)
    has_new = _note_errors(screen, beat.errors, now)
    if screen.held and beat.errors:
        returning.note_faults(screen=screen, errors=beat.errors, now=now)
    over = takeovers.asking(screen.takeover_id, screen.variables)
    telling.watch(asking=board.watched(screen.variables, screen.rendered_version_id, now) | over)
    if was != Screen.State.ONLINE or showed != screen.rendered_version_id:
        looking.wake(screens=[screen.pk])
    elif beat.errors:
        looking.wake(screens=[screen.pk], after=ERRORS_WAIT)
    if was == Screen.State.OFFLINE:
        Outage.objects.create(screen=screen, began_at=min(silent_since or now, now), ended_at=now)
        _announce_return(screen, away_since or now, now)
    elif has_new or _face(screen, board) != before:
        # A thousand healthy heartbeats are no news, so they wake nobody's page.
        hint("screens")
    return board


def goodbye(*, screen: Screen) -> None:
    """
    This function will note that a screen's page is being closed; it goes offline unless it returns at once.

    From now on no heartbeat counts that comes with an access token from before: the page sent it before it left.
    """
    now, mine = clock.now(), Screen.objects.filter(pk=screen.pk)
    mine.update(left_at=now, connected_until=None, connected_by="")
    mine.filter(state__in=[Screen.State.ONLINE, Screen.State.LATE]).update(due_at=now + GOODBYE_AFTER, leased_until=None)


def acknowledge(*, screen: Screen, command: str, outcome: str, reason: str = "") -> None:
    """
    This function will note that a command was heard, or what became of it. Told twice, it changes nothing.

    :raises NotFound: when this screen was never asked that.
    """
    found = devices.command(screen, command)
    unanswered, now = Command.objects.filter(pk=found.pk, acknowledged_at=None), clock.now()
    if outcome == HEARD:
        if unanswered.filter(heard_at=None).moved(heard_at=now):
            hint("screens")
        return
    why = scrub(reason)
    if unanswered.moved(acknowledged_at=now, outcome=outcome, reason=why):
        about = {"screen_id": screen.public_id, "name": screen.name, "kind": found.get_kind_display().lower()}
        fact = events.CommandDone(**about) if outcome == Command.Outcome.DONE else events.CommandFailed(**about, reason=why)
        announce(fact, about=screen)


def paced(pace_at: datetime | None, now: datetime) -> datetime:
    """
    Return when a screen that beats now is expected again: at one a second, with a burst of ten.

    :raises TooMany: when it was expected much later.
    """
    expected = max(pace_at or now, now)
    if expected - now > BURST:
        raise TooMany("One heartbeat a second is the most a screen may send.", retry_after=int(BURST.total_seconds()))
    return expected + ONE_BEAT


def _take_over(screen: Screen, beat: wire.Heartbeat, now: datetime) -> None:
    screen.viewport_width, screen.viewport_height = beat.viewport.w, beat.viewport.h
    screen.browser_engine, screen.browser_major = beat.browser.engine, beat.browser.major
    screen.rendered_version_id = painted(screen, beat.rendered.version)
    screen.rendered_at = min(beat.rendered.at, now) if beat.rendered.at else None
    screen.state, screen.last_seen_at = Screen.State.ONLINE, now
    screen.went_offline_at = screen.left_at = screen.leased_until = None
    screen.due_at = now + LATE_AFTER


def _sample(screen: Screen, beat: wire.Heartbeat, now: datetime) -> None:
    sample = Heartbeat(
        screen_id=screen.pk,
        at=now,
        viewport_width=screen.viewport_width,
        viewport_height=screen.viewport_height,
        browser_engine=screen.browser_engine,
        browser_major=screen.browser_major,
        version=screen.rendered_version_id,
        painted_at=screen.rendered_at,
        errors=sum(each.count for each in beat.errors),
        thrown=sum(each.count for each in beat.errors if each.code in faults.THROWN),
    )
    # Two at the same microsecond are one.
    Heartbeat.objects.bulk_create([sample], ignore_conflicts=True)


def painted(screen: Screen, claimed: str | None) -> UUID | None:
    """
    Return the version that a screen says it has painted, if any.

    :raises Invalid: when it is none that was published here.
    """
    if claimed is None:
        return None
    try:
        version_id = parse_public_id("ver", claimed)
        if version_id not in (screen.rendered_version_id, screen.wanted_id):
            stage.version(version_id)
    except (ValueError, NotFound):
        raise Invalid("This is not a version that was published here.") from None
    return version_id


def _note_errors(screen: Screen, reported: list[wire.ClientError], now: datetime) -> bool:
    """Return whether there was one that this screen had not reported before."""
    seen = _merged(reported, now)
    if not seen:
        return False
    codes = {code for code, _ in seen}
    known = {(each.code, each.message): each for each in ClientError.objects.filter(screen=screen, code__in=codes)}
    for key, (count, _, last) in seen.items():
        if key in known:
            known[key].count += count
            known[key].last_at = max(known[key].last_at, last)
    ClientError.objects.bulk_update([known[key] for key in seen if key in known], ["count", "last_at"])
    new = [
        ClientError(screen=screen, code=code, message=message, count=count, first_at=first, last_at=last)
        for (code, message), (count, first, last) in seen.items()
        if (code, message) not in known
    ]
    ClientError.objects.bulk_create(new)
    if new:
        _forget_old_errors(screen)
    return bool(new)


def _merged(reported: list[wire.ClientError], now: datetime) -> dict[tuple[str, str], tuple[int, datetime, datetime]]:
    merged: dict[tuple[str, str], tuple[int, datetime, datetime]] = {}
    for each in reported:
        key, first, last = (each.code, scrub(each.message)), min(each.first, now), min(each.last, now)
        count, earliest, latest = merged.get(key, (0, first, last))
        merged[key] = (count + each.count, min(earliest, first), max(latest, last))
    return merged


def _forget_old_errors(screen: Screen) -> None:
    mine = ClientError.objects.filter(screen=screen).order_by("-last_at", "pk")
    old = list(mine.values_list("pk", flat=True)[ERRORS_KEPT:])
    if old:
        ClientError.objects.filter(pk__in=old).delete()


def _announce_return(screen: Screen, since: datetime, now: datetime) -> None:
    announce(
        events.ScreenCameBack(
            screen_id=screen.public_id,
            name=screen.name,
            away_seconds=int((now - since).total_seconds()),
            dashboard=screen.dashboard_name or "",
            version=screen.wanted_number,
        ),
        about=screen,
    )


def _face(screen: Screen, board: Board) -> tuple[object, ...]:
    """What people see of a screen that is not the time of its last heartbeat, nor that a playlist turned."""
    is_turn = board.program is not None and screen.rendered_version_id in board.program.versions
    return (
        screen.state,
        is_turn or screen.rendered_version_id,
        screen.viewport_width,
        screen.viewport_height,
        screen.browser_engine,
        screen.browser_major,
    )
