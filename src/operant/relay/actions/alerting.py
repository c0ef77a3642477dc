"""What people hear of screens: the terms of everywhere, and those of single screens."""

from collections.abc import Sequence

from operant.panel.accounts.models import Person
from operant.platform.events import announce
from operant.platform.refusals import Invalid

from .. import events
from ..models import FEWEST_ERRORS, MOST_ERRORS, MOST_HOURS, MOST_MINUTES, Alarm, Alerting, Kind, Screen
from ..queries import alarms
from . import looking

NUMBERS = {
    "never_seen_hours": "never seen after {} h", "errors_from": "errors from {} on", "silent_minutes": "offline after {} min",
}  # fmt: skip


def choose(
    *, kinds: Sequence[str], never_seen_hours: int, errors_from: int, silent_minutes: int, by: Person, screen: Screen | None = None
) -> Alerting:
    """
    This function will decide what people hear of all screens, or of one by its own terms, and have them looked at anew.

    :raises Invalid: when a number is out of bounds.
    """
    _demand(never_seen_hours, errors_from, silent_minutes)
    wanted = {
        "kinds": [each.value for each in Kind if each in kinds], "never_seen_hours": never_seen_hours, "errors_from": errors_from,
        "silent_minutes": silent_minutes,
    }  # fmt: skip
    own = alarms.own_terms(screen.pk) if screen else None
    terms = own or alarms.terms()
    changes = _changes(terms, wanted)
    if screen and not own:
        changes = ["on its own terms", *changes]
    if changes:
        _judge_anew(screen)
        # Of two who choose the first terms at once, the second changes those of the first.
        terms, _ = Alerting.objects.update_or_create(screen=screen, defaults=wanted)
        _tell(terms, screen, ", ".join(changes), by)
    return terms


def as_everywhere(*, screen: Screen, by: Person) -> None:
    """This function will let people hear of a screen what they hear of all. Twice is as once."""
    own = alarms.own_terms(screen.pk)
    if own:
        _judge_anew(screen)
        own.delete()
        _tell(alarms.terms(), screen, "as everywhere", by)


def _demand(hours: int, errors: int, minutes: int) -> None:
    if not (1 <= hours <= MOST_HOURS and FEWEST_ERRORS <= errors <= MOST_ERRORS and 1 <= minutes <= MOST_MINUTES):
        most = f"1 to {MOST_HOURS} hours, {FEWEST_ERRORS} to {MOST_ERRORS:,} errors, and 1 to {MOST_MINUTES:,} minutes"
        raise Invalid(f"Choose {most} of silence.")


def _changes(before: Alerting, wanted: dict) -> list[str]:
    turned = [each for each in Kind if before.is_on(each) != (each in wanted["kinds"])]
    found = [f"{each.label.lower()} {'off' if before.is_on(each) else 'on'}" for each in turned]
    return found + [words.format(wanted[name]) for name, words in NUMBERS.items() if wanted[name] != getattr(before, name)]


def _judge_anew(screen: Screen | None) -> None:
    # What nobody was told of yet keeps its own beginning. Watches before alarms before terms, as whoever looks and tells has them.
    pending = Alarm.objects.filter(state=Alarm.State.PENDING)
    if screen is None:
        looking.wake_all()
        pending.delete()
    else:
        looking.wake(screens=[screen.pk])
        pending.filter(screen=screen).delete()


def _tell(terms: Alerting, screen: Screen | None, changes: str, by: Person) -> None:
    if screen is None:
        announce(events.AlertingChanged(changes=changes, changed_by=by.name), about=terms)
        return
    told = {"screen_id": screen.public_id, "name": screen.name}
    announce(events.ScreenAlertingChanged(**told, changes=changes, changed_by=by.name), about=screen)
