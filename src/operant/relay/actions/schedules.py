from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, time
from uuid import UUID, uuid4
from zoneinfo import available_timezones

from operant.panel.accounts.models import Person
from operant.platform.events import announce
from operant.platform.refusals import Invalid, Refusal
from operant.stage.models import Dashboard
from operant.stage.naming import clean

from .. import events
from ..models import MOST_RULES, Playlist, Rule, Schedule
from ..models.schedules import EVERY_DAY
from ..queries import playing

A_SCHEDULE, A_RULE = "A schedule", "A rule"


@dataclass(frozen=True)
class Wish:
    """A rule as somebody wants it; `id` is that of one that is there already. Without a dashboard and a playlist: nothing."""

    name: str
    dashboard: Dashboard | None = None
    playlist: Playlist | None = None
    days: int = EVERY_DAY
    starts_at: time = time(0)
    ends_at: time = time(0)
    first_on: date | None = None
    last_on: date | None = None
    priority: int = Rule.Priority.NORMAL
    id: UUID | None = None


def make_schedule(*, name: str, by: Person, time_zone: str = "", rules: Sequence[Wish] = ()) -> Schedule:
    """
    This function will make a schedule.

    :raises Invalid: when it has no name, there is no such time zone, or a rule cannot be.
    :raises NotFound: when what a rule shows was deleted meanwhile.
    """
    schedule = Schedule.objects.create(name=clean(name, A_SCHEDULE), time_zone=known_zone(time_zone))
    _settle(schedule, rules)
    announce(
        events.ScheduleCreated(schedule_id=schedule.public_id, name=schedule.name, created_by=by.name), about=schedule
    )
    return schedule


def change_schedule(
    *, schedule: Schedule, by: Person, name: str | None = None, time_zone: str | None = None,
    rules: Sequence[Wish] | None = None,
) -> None:  # fmt: skip
    """
    This function will give a schedule another name, time zone or rules. Screens that have it follow at once.

    :raises Invalid: when it has no name, there is no such time zone, or a rule cannot be.
    :raises NotFound: when it, or what a rule shows, was deleted meanwhile.
    """
    playing.hold(schedule)
    if name is not None:
        schedule.name = clean(name, A_SCHEDULE)
    if time_zone is not None:
        schedule.time_zone = known_zone(time_zone)
    schedule.save(update_fields=["name", "time_zone"])
    if rules is not None:
        _settle(schedule, rules)
    told = {"rules": len(playing.rules(schedule)), "changed_by": by.name}
    announce(events.ScheduleChanged(schedule_id=schedule.public_id, name=schedule.name, **told), about=schedule)


def add_rules(*, schedule: Schedule, by: Person, rules: Sequence[Wish]) -> int:
    """
    This function will add rules to those that a schedule has, and return how many: what it says already is not added.

    :raises Invalid: when a rule cannot be, or there are too many.
    :raises NotFound: when it, or what a rule shows, was deleted meanwhile.
    """
    playing.hold(schedule)
    kept = wishes(schedule)
    known = {(each.name, each.starts_at, each.ends_at, each.first_on, each.last_on) for each in kept}
    new = [each for each in rules if (each.name, each.starts_at, each.ends_at, each.first_on, each.last_on) not in known]
    if new:
        change_schedule(schedule=schedule, by=by, rules=[*kept, *new])
    return len(new)


def wishes(schedule: Schedule) -> list[Wish]:
    """Return the rules of a schedule, as they are wished."""
    return [Wish(**{each.name: getattr(rule, each.name) for each in fields(Wish)}) for rule in playing.rules(schedule)]


def delete_schedule(*, schedule: Schedule, by: Person) -> None:
    """
    This function will delete a schedule.

    :raises Refusal: when a screen has it; the sentence names which.
    :raises NotFound: when it was deleted before.
    """
    playing.hold(schedule)
    if places := playing.screens_with(schedule):
        raise Refusal(f"{schedule.name} is the schedule of {playing.named(places)}. Give them another one, or none, first.")
    announce(
        events.ScheduleDeleted(schedule_id=schedule.public_id, name=schedule.name, deleted_by=by.name), about=schedule
    )
    schedule.delete()


def known_zone(name: str) -> str:
    """
    Return the name of a time zone, or the empty one.

    :raises Invalid: when there is none of that name.
    """
    if name and name not in available_timezones():
        raise Invalid(f"There is no time zone called {name[:60]}. One is called Europe/Berlin.")
    return name


def _settle(schedule: Schedule, rules: Sequence[Wish]) -> None:
    if len(rules) > MOST_RULES:
        raise Invalid(f"A schedule has at most {MOST_RULES} rules. Take out what is over, or make a second one.")
    playing.hold(*(each.dashboard for each in rules), *(each.playlist for each in rules))
    kept = {each.pk for each in playing.rules(schedule)}
    made = [_rule(schedule, position, each, kept) for position, each in enumerate(rules)]
    Rule.objects.filter(schedule=schedule).delete()
    Rule.objects.bulk_create(made)


def _rule(schedule: Schedule, position: int, wish: Wish, kept: set[UUID]) -> Rule:
    if wish.dashboard and wish.playlist:
        raise Invalid(f"{wish.name} shows a dashboard or a playlist, not both.")
    if not 1 <= wish.days <= EVERY_DAY:
        raise Invalid(f"{wish.name} needs at least one day of the week.")
    if (wish.first_on is None) != (wish.last_on is None):
        raise Invalid(f"{wish.name} needs a first and a last day, or none of both.")
    if wish.first_on and wish.last_on and wish.last_on < wish.first_on:
        raise Invalid(f"{wish.name} ends before it begins.")
    return Rule(
        id=wish.id if wish.id in kept else uuid4(), schedule=schedule, position=position, name=clean(wish.name, A_RULE),
        dashboard=wish.dashboard, playlist=wish.playlist, days=wish.days, starts_at=_minute(wish.starts_at),
        ends_at=_minute(wish.ends_at), first_on=wish.first_on, last_on=wish.last_on, priority=wish.priority,
    )  # fmt: skip


def _minute(at: time) -> time:
    return at.replace(second=0, microsecond=0, tzinfo=None)
