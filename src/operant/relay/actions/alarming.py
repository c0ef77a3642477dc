"""People are told what is wrong with screens, and that it is over: those of one place and one minute together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from operant.panel.accounts.models import Person
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.live import hint
from operant.platform.refusals import Invalid

from .. import events, phrasing, troubles
from ..models import Alarm, Alerting, Screen, Watch
from ..queries import alarms

LISTED, IDS_LISTED = 20, 500
MUTES, LONGEST_MUTE = (timedelta(hours=8), timedelta(hours=24)), timedelta(days=7)
State = Alarm.State


def tell(*, ids: Iterable[UUID | str]) -> None:
    """This function will tell people of these alarms, together with those that come from the same place and minute."""
    now = clock.now()
    due = Alarm.objects.filter(pk__in=list(ids), due_at__lte=now).exclude(state=State.RAISED)
    places: dict[tuple[str, str], set[UUID | None]] = defaultdict(set)
    for kind, state, site in due.values_list("kind", "state", "screen__site"):
        places[kind, state].add(site)
    for (kind, state), sites in sorted(places.items()):
        there = Q(screen__site__in=sites - {None}) | (Q(screen__site=None) if None in sites else Q(pk__in=[]))
        mine = Alarm.objects.filter(
            there, kind=kind, state=state, due_at__lte=now + troubles.GATHERED_FOR, screen__unpaired_at=None
        )
        rows = mine.select_related("screen", "screen__rendered_version__dashboard", *alarms.PLACE).defer(*alarms.DOCUMENTS)
        locked = list(rows.select_for_update(of=("self",)).order_by("pk"))
        for together in _apart(_lasting(_spoken(locked, now), now)):
            if state == State.PENDING:
                _raise(kind, together)
            else:
                _close(kind, together)


def mute(*, screens: Sequence[Screen], hours: int, by: Person) -> datetime:
    """
    This function will notify nobody of these screens for some hours, and return until when.

    :raises Invalid: when that is neither 8 nor 24.
    """
    if timedelta(hours=hours) not in MUTES:
        raise Invalid("Choose 8 or 24 hours.")
    until = clock.now() + timedelta(hours=hours)
    mute_until(screens=screens, until=until, by=by)
    return until


def mute_until(*, screens: Sequence[Screen], until: datetime, by: Person) -> None:
    """
    This function will notify nobody of these screens until then. Twice is as once.

    :raises Invalid: when that is over, or more than a week away.
    """
    if not timedelta() < until - clock.now() <= LONGEST_MUTE:
        raise Invalid("Choose a time that is to come, within seven days.")
    others = Watch.objects.filter(screen__in=screens).in_turn()
    held = {each.screen_id: each.pk for each in others if each.muted_until != until}
    screens = [each for each in screens if each.pk in held]
    if not screens:
        return
    Watch.objects.filter(pk__in=held.values()).update(muted_until=until)
    # One that was muted for longer is told of at the new end.
    _bring_forward(held, until)
    about = screens[0] if len(screens) == 1 else None
    told = {"what": _what(screens), "screen_ids": [each.public_id for each in screens[:IDS_LISTED]]}
    announce(events.ScreensMuted(**told, until=until.isoformat(), muted_by=by.name), about=about)


def unmute(*, screens: Sequence[Screen], by: Person) -> None:
    """This function will notify people of these screens again."""
    now = clock.now()
    muted = list(Watch.objects.filter(screen__in=screens, muted_until__gt=now).in_turn())
    if not muted:
        return
    Watch.objects.filter(pk__in=[each.pk for each in muted]).update(muted_until=None)
    were = {each.screen_id for each in muted}
    screens = [each for each in screens if each.pk in were]
    # What waited for the end of the silence is told now: no trouble holds on for longer by itself.
    _bring_forward(were, now)
    told = {"what": _what(screens), "screen_ids": [each.public_id for each in screens[:IDS_LISTED]]}
    announce(events.ScreensUnmuted(**told, unmuted_by=by.name), about=screens[0] if len(screens) == 1 else None)


def _bring_forward(screens: Collection[UUID], at: datetime) -> None:
    """Let what waits be told then, or when it has lasted for long enough."""
    terms_of = alarms.terms_of(screens)
    waits = Alarm.objects.filter(screen__in=screens, state=State.PENDING).order_by("pk").locked()
    told_at = {each: max(at, each.since + troubles.hold(each.kind, terms_of(each.screen_id))) for each in waits}
    _put_off((told_at[each], each.pk) for each in told_at if each.due_at and each.due_at > told_at[each])


def _spoken(locked: list[Alarm], now: datetime) -> list[Alarm]:
    """Return the alarms that people are to hear of now. Those of muted screens wait, and those that are over end in silence."""
    muted = Watch.objects.filter(screen__in=[each.screen_id for each in locked], muted_until__gt=now)
    until = dict(muted.values_list("screen", "muted_until"))
    kept = [each for each in locked if each.screen_id in until]
    _forget([each.pk for each in kept if each.state == State.RESTING])
    _put_off((until[each.screen_id], each.pk) for each in kept if each.state != State.RESTING)
    return [each for each in locked if each.screen_id not in until]


def _lasting(spoken: list[Alarm], now: datetime) -> list[Alarm]:
    """Return those of which people are to hear at this hour, and that are still so: a look may have been minutes ago."""
    known, terms_of, found = alarms.facts_of(spoken, now), alarms.terms_of([each.screen_id for each in spoken]), []
    over: list[UUID] = []
    later: list[tuple[datetime, UUID]] = []
    for each in spoken:
        facts = known.get(each.screen_id)
        if facts and facts.opens_at:
            later.append((facts.opens_at + troubles.STARTING_FOR, each.pk))
        elif each.state == State.PENDING and facts and each.kind not in troubles.found(facts, terms_of(each.screen_id), now):
            # Over, or of a screen of which nobody can tell now: where it is so, the next look finds it again.
            over.append(each.pk)
        else:
            found.append(each)
    _forget(over)
    _put_off(later)
    return found


def _forget(ids: list[UUID]) -> None:
    if ids:
        Alarm.objects.filter(pk__in=ids).delete()


def _put_off(waits: Iterable[tuple[datetime, UUID]]) -> None:
    """Let alarms wait until then: those that wait for the same moment in one statement."""
    together: dict[datetime, list[UUID]] = defaultdict(list)
    for at, key in waits:
        together[at].append(key)
    for at, ids in together.items():
        Alarm.objects.filter(pk__in=ids).update(due_at=at, leased_until=None)


def _apart(spoken: list[Alarm]) -> list[list[Alarm]]:
    places: dict[str, list[Alarm]] = defaultdict(list)
    for each in spoken:
        places[alarms.place(each.screen)].append(each)
    return [sorted(each, key=lambda alarm: alarm.screen.name) for _, each in sorted(places.items())]


def _raise(kind: str, together: list[Alarm]) -> None:
    _settle(together, state=State.RAISED)
    screens = [each.screen for each in together]
    names, place, total = [each.name for each in screens], alarms.place(screens[0]), alarms.total_at(screens[0])
    one = {"last_seen_at": screens[0].last_seen_at, "painted": _painted(screens[0])} if len(screens) == 1 else {}
    said = {"what": troubles.told(kind, names, place, total), "place": place, "count": len(names), "total": total}
    fact = events.ScreensInTrouble(kind=kind, **said, **_named(screens), **one)
    announce(fact, about=_about(screens))


def _close(kind: str, together: list[Alarm]) -> None:
    Alarm.objects.filter(pk__in=[each.pk for each in together]).delete()
    screens, seconds = [each.screen for each in together], max(int(each.lasted.total_seconds()) for each in together)
    names, place, total = [each.name for each in screens], alarms.place(screens[0]), alarms.total_at(screens[0])
    what = troubles.told(kind, names, place, total, is_over=True, lasted=phrasing.roughly(seconds))
    fact = events.ScreensWellAgain(kind=kind, what=what, place=place, count=len(names), seconds=seconds, **_named(screens))
    announce(fact, about=_about(screens))


def _settle(together: list[Alarm], *, state: str) -> None:
    Alarm.objects.filter(pk__in=[each.pk for each in together]).update(state=state, due_at=None, leased_until=None)
    hint("screens")


def _named(screens: Sequence[Screen]) -> dict[str, list[str]]:
    return {"screen_ids": [each.public_id for each in screens[:IDS_LISTED]], "names": [each.name for each in screens[:LISTED]]}


def _about(screens: Sequence[Screen]) -> Screen | Alerting:
    if len(screens) == 1:
        return screens[0]
    # The page of alerts is where several are seen together.
    return Alerting.objects.get_or_create(screen=None)[0]


def _painted(screen: Screen) -> str:
    version = screen.rendered_version
    return f"{version.dashboard.name}, version {version.number}" if version else ""


def _what(screens: Sequence[Screen]) -> str:
    return f"the screen {screens[0].name}" if len(screens) == 1 else f"{len(screens)} screens"
