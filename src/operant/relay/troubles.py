"""
What is wrong with a screen, in words and by its facts: pure, and the one place that decides.

Of a screen that is not online nothing else is known: what was wrong with it before neither ends nor begins meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .models import OFFLINE_AFTER, Alarm, Alerting, Kind, Screen

# What is told of many screens at once comes from the same minute.
GATHERED_FOR = timedelta(seconds=30)
BEHIND_AFTER = timedelta(minutes=5)
# From here on a screen is offline to all; who wants to hear sooner hears when it is late.
OFFLINE_MINUTES = OFFLINE_AFTER // timedelta(minutes=1)
CODE_COUNTS_FOR = timedelta(minutes=3)
LATELY, BEFORE = timedelta(minutes=10), timedelta(hours=1)
RISEN = 3
# What was switched off for the night takes its time to start.
STARTING_FOR = timedelta(minutes=10)
HOLDS = {Kind.FROZEN: timedelta(minutes=3), Kind.CLOCK: timedelta(minutes=3)}
RESTS, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)
CODES = {"clock_off": Kind.CLOCK, "frames_stalled": Kind.FROZEN}
DATA_OLD = "data_old"
ONLINE_ONLY = frozenset({Kind.BEHIND, Kind.ERRORS, Kind.FROZEN, Kind.CLOCK})
NAMED = 3

_WORDS: dict[str, tuple[str, str, str, str]] = {
    Kind.NEVER_SEEN: ("was never seen since it was paired", "were never seen since they were paired", "was seen", "were seen"),
    Kind.LATE: ("is late", "are late", "is back", "are back"),
    Kind.OFFLINE: ("went offline", "went offline", "came back", "came back"),
    Kind.BEHIND: (
        "still shows an old version", "still show an old version", "shows the right version again", "show the right version again",
    ),
    Kind.ERRORS: (
        "reports more and more errors", "report more and more errors", "reports no more errors than usual",
        "report no more errors than usual",
    ),
    Kind.FROZEN: ("stands still", "stand still", "moves again", "move again"),
    Kind.CLOCK: ("has a wrong clock", "have wrong clocks", "has the right time again", "have the right time again"),
}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What is known of one screen at a moment."""

    state: str
    paired_at: datetime
    awake: bool = True
    opens_at: datetime | None = None
    behind_for: timedelta | None = None
    stands_still: bool = False
    codes: frozenset[str] = frozenset()
    errors_lately: int = 0
    errors_before: int = 0


def found(facts: Facts, terms: Alerting, now: datetime) -> set[str]:
    """Return what is wrong with a screen. Of those in `ONLINE_ONLY`, nothing is said while it is not online."""
    if not facts.awake:
        return set()
    if facts.state == Screen.State.NEVER_SEEN:
        return {Kind.NEVER_SEEN} if now - facts.paired_at >= never_seen_after(terms) else set()
    if facts.state != Screen.State.ONLINE:
        is_early = terms.silent_minutes < OFFLINE_MINUTES and terms.is_on(Kind.OFFLINE)
        is_offline = facts.state == Screen.State.OFFLINE or is_early
        return {Kind.OFFLINE} if is_offline else {Kind.LATE}
    wrong = {CODES[code] for code in facts.codes if code in CODES}
    wrong |= {Kind.FROZEN} if facts.stands_still else set()
    wrong |= {Kind.BEHIND} if facts.behind_for is not None and facts.behind_for >= BEHIND_AFTER else set()
    return {str(each) for each in wrong | ({Kind.ERRORS} if _rises(facts, terms) else set())}


def is_known(kind: str, facts: Facts) -> bool:
    """Return whether anything can be said of a kind of trouble now."""
    return facts.awake and (facts.state == Screen.State.ONLINE or kind not in ONLINE_ONLY)


def goes_on(kind: str, facts: Facts, terms: Alerting) -> bool:
    """
    Return whether a trouble is not over, but has another name by now: who was late and went offline is not back, nor is who
    was told to be offline while it was late.
    """
    renamed = {(Kind.LATE, Screen.State.OFFLINE), (Kind.OFFLINE, Screen.State.LATE)}
    return (kind, facts.state) in renamed and facts.awake and terms.is_on(kind)


def never_seen_after(terms: Alerting) -> timedelta:
    """Return how long after its pairing a screen should have been seen."""
    return timedelta(hours=terms.never_seen_hours)


def hold(kind: str, terms: Alerting) -> timedelta:
    """Return how long a trouble holds on before people are told of it."""
    if kind != Kind.OFFLINE:
        return HOLDS.get(kind, GATHERED_FOR)  # type: ignore[call-overload]
    longer = timedelta(minutes=terms.silent_minutes) - OFFLINE_AFTER
    # Whoever asks for the soonest does not wait for others to come along.
    return GATHERED_FOR + longer if longer >= timedelta() else timedelta()


def rest(times: int) -> timedelta:
    """Return how long a trouble must be over to be believed: twice as long each time that it returned."""
    return min(RESTS * 2 ** min(times - 1, 10), LONGEST_REST)


def told(kind: str, names: Sequence[str], place: str, total: int, *, is_over: bool = False, lasted: str = "") -> str:
    """Return what is told of screens: “Leeds: 6 of 6 screens went offline: Bar, Lobby, Till and 3 more”."""
    one, many, one_over, many_over = _WORDS[kind]
    after = f" after {lasted}" if is_over else ""
    at = f"{place}: " if place else ""
    if len(names) == 1:
        # A site with one screen is no news beside the screen's own name.
        where = f" at {place}" if place else ""
        return f"The screen {names[0]}{where} {one_over if is_over else one}{after}"
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    return f"{at}{len(names)} of {total} screens {many_over if is_over else many}{after}: {shown}"


def lasts(alarm: Alarm) -> bool:
    """Return whether a trouble is there now, as far as anybody knows."""
    return alarm.state != Alarm.State.RESTING


def _rises(facts: Facts, terms: Alerting) -> bool:
    usual = facts.errors_before * LATELY / BEFORE
    return facts.errors_lately >= terms.errors_from and facts.errors_lately >= RISEN * usual
