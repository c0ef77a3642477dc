"""
One look at screens that are looked after: what is wrong with them, whom to nudge, and when to look again.

Whoever changes how a screen is, or what it should show, wakes its watch; and all that are online are looked at every few
minutes, for what only the clock changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, Value
from django.db.models.functions import Coalesce, Least, Random

from operant.platform import clock

from .. import troubles
from ..models import Alarm, Alerting, Screen, Watch
from ..queries import alarms
from ..troubles import Facts
from . import nudging

USUALLY = timedelta(minutes=5)
State = Alarm.State


@dataclass
class Verdicts:
    """What one look finds of many screens: written in a statement of each kind, however many they are."""

    begun: list[Alarm] = field(default_factory=list)
    moved: list[Alarm] = field(default_factory=list)
    gone: list[UUID] = field(default_factory=list)

    def write(self) -> None:
        """Write it all down."""
        Alarm.objects.bulk_create(self.begun)
        Alarm.objects.bulk_update(self.moved, ["state", "times", "over_at", "due_at"])
        if self.gone:
            Alarm.objects.filter(pk__in=self.gone).delete()


def begin(*, screen: Screen) -> None:
    """This function will have a screen looked after from now on."""
    Watch.objects.create(screen=screen, due_at=clock.now() + troubles.never_seen_after(alarms.terms()))


def end(*, screen: Screen) -> None:
    """This function will have a screen looked after no more, and end what was wrong with it without telling anybody."""
    Alerting.objects.filter(screen=screen).delete()
    Watch.objects.filter(screen=screen).delete()
    Alarm.objects.filter(screen=screen).delete()


def wake(*, screens: Iterable[UUID], after: timedelta = timedelta()) -> None:
    """This function will have screens looked at after a while, if that is not planned sooner."""
    at = clock.now() + after
    # Whichever is planned: a look that goes on now plans the next one when it ends, and this comes after it.
    held = Watch.objects.filter(screen__in=list(screens)).held()
    Watch.objects.filter(pk__in=held).update(due_at=Least(Coalesce("due_at", at), at), leased_until=None)


def wake_all() -> None:
    """This function will have every screen in scope looked at soon: what counts as trouble has changed."""
    Watch.objects.filter(pk__in=Watch.objects.all().held()).update(due_at=clock.now(), leased_until=None)


def look(*, ids: Iterable[UUID | str]) -> None:
    """This function will judge the screens of these watches now, and plan when they are looked at again."""
    now = clock.now()
    watches = list(Watch.objects.filter(pk__in=list(ids), due_at__lte=now).in_turn())
    known, terms_of = alarms.facts(watches, now), alarms.terms_of([each.screen_id for each in watches])
    standing, verdicts = _standing([each.screen_id for each in watches]), Verdicts()
    well: list[UUID] = []
    for watch in watches:
        watch.due_at = watch.leased_until = None
        if watch.screen_id not in known:
            continue
        screen, facts = known[watch.screen_id]
        terms = terms_of(screen.pk)
        nudging.follow(screen=screen, watch=watch, behind=facts.awake and facts.behind_for is not None, now=now)
        _judge(screen, facts, standing.get(screen.pk, {}), terms, watch, now, verdicts)
        if facts.state == Screen.State.ONLINE and watch.wanted_since is None:
            well.append(watch.pk)
        else:
            watch.due_at = _again(facts, watch, terms, now)
    verdicts.write()
    # Mostly all are well: one statement without a case for each row, which cost three quarters of a look.
    Watch.objects.filter(pk__in=well).update(wanted_since=None, nudged=0, due_at=_usual(now), leased_until=None)
    others = [each for each in watches if each.pk not in set(well)]
    Watch.objects.bulk_update(others, ["wanted_since", "nudged", "due_at", "leased_until"])


def _standing(screens: list[UUID]) -> dict[UUID, dict[str, Alarm]]:
    found: dict[UUID, dict[str, Alarm]] = {}
    for each in Alarm.objects.filter(screen__in=screens).order_by("pk").locked():
        found.setdefault(each.screen_id, {})[each.kind] = each
    return found


def _judge(
    screen: Screen, facts: Facts, standing: dict[str, Alarm], terms: Alerting, watch: Watch, now: datetime, verdicts: Verdicts
) -> None:
    wrong = {kind for kind in troubles.found(facts, terms, now) if terms.is_on(kind)}
    for kind in wrong:
        alarm = standing.get(kind)
        if alarm is None:
            began, hold = _began(kind, screen, watch) or now, troubles.hold(kind, terms)
            due_at = max(now + min(hold, troubles.GATHERED_FOR), began + hold)
            verdicts.begun.append(Alarm(screen=screen, kind=kind, since=began, due_at=due_at))
        elif alarm.state == State.RESTING:
            # The same trouble: it was told, and whoever was told waits for its end.
            alarm.state, alarm.times, alarm.over_at, alarm.due_at = State.RAISED, alarm.times + 1, None, None
            verdicts.moved.append(alarm)
    for kind, alarm in standing.items():
        if troubles.goes_on(kind, facts, terms):
            if kind not in wrong and troubles.Kind.OFFLINE in wrong:
                verdicts.gone.append(alarm.pk)
        elif kind not in wrong and (troubles.is_known(kind, facts) or not terms.is_on(kind)):
            if not terms.is_on(kind) or (kind == troubles.Kind.NEVER_SEEN and facts.state == Screen.State.NEVER_SEEN):
                # Only what counts as trouble has changed: nothing came back, so nobody is told so.
                verdicts.gone.append(alarm.pk)
            else:
                _end(alarm, now, verdicts)


def _began(kind: str, screen: Screen, watch: Watch) -> datetime | None:
    """Return when a trouble began, where that is known: it may have stood long before somebody looked."""
    known = {
        troubles.Kind.NEVER_SEEN: screen.paired_at, troubles.Kind.LATE: screen.last_seen_at,
        troubles.Kind.BEHIND: watch.wanted_since,
        troubles.Kind.OFFLINE: screen.went_offline_at if screen.state == Screen.State.OFFLINE else screen.last_seen_at,
    }  # fmt: skip
    return known.get(troubles.Kind(kind))


def _end(alarm: Alarm, now: datetime, verdicts: Verdicts) -> None:
    if alarm.state == State.PENDING:
        verdicts.gone.append(alarm.pk)
    elif alarm.state == State.RAISED:
        alarm.state, alarm.over_at, alarm.due_at = State.RESTING, now, now + troubles.rest(alarm.times)
        verdicts.moved.append(alarm)


def _again(facts: Facts, watch: Watch, terms: Alerting, now: datetime) -> datetime | None:
    if facts.state == Screen.State.NEVER_SEEN:
        at = facts.paired_at + troubles.never_seen_after(terms)
        if facts.opens_at:
            return max(at, facts.opens_at + troubles.STARTING_FOR)
        return at if at > now else None
    if facts.state != Screen.State.ONLINE:
        return facts.opens_at and facts.opens_at + troubles.STARTING_FOR
    return nudging.next_at(watch, now) or now + USUALLY


def _usual(now: datetime) -> Any:
    # Each at its own place in the minutes, so that a fleet that was woken at once is not looked at as one for ever.
    spread = ExpressionWrapper(Value(0.4 * USUALLY) * Random(), output_field=DurationField())
    return ExpressionWrapper(Value(now + 0.8 * USUALLY) + spread, output_field=DateTimeField())
