"""Calendar files as people export them (RFC 5545). What they ask for may take any time: `files` has them read within bounds."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar
from icalendar.cal.event import Event

from operant.platform.refusals import Invalid

from .days import DAY, MIDNIGHT, MOST_NAME, Day, joined

MOST_BYTES, MOST_EVENTS, MOST_DAYS = 500_000, 3000, 200
# A rule that repeats within a day is no list of days, and these parts would let others do so.
REPEATS = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}
WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
EARLIEST = datetime(1900, 1, 1)
BROKEN = (ValueError, OverflowError, TypeError, AttributeError, KeyError, IndexError)


@dataclass(frozen=True)
class Reading:
    """The days of a calendar, and how many of its events could not be understood."""

    days: list[Day]
    left_out: int


def read(content: bytes, *, zone: ZoneInfo, first: date, last: date) -> Reading:
    """
    Return the days between two on which a calendar has events, as clocks of a zone show them.

    What takes less than a day keeps its times; all else is whole days. What repeats is followed until the last day.

    :raises Invalid: when it is no calendar, or of too many events or days.
    """
    events = _events(content)
    moved = _moved(events)
    found, left_out = set[Day](), 0
    for event in events:
        try:
            found |= set(_days(event, moved, zone, first, last))
        except BROKEN:
            # Parts of others' calendars are broken in every way there is; the rest is of use.
            left_out += 1
    days = joined(found)
    if len(days) > MOST_DAYS:
        raise Invalid(f"This calendar has {len(days)} different days, and {MOST_DAYS} are the most. Export only what you need.")
    return Reading(days, left_out)


def _events(content: bytes) -> list[Event]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if text.count("BEGIN:") > 2 * MOST_EVENTS:
        raise Invalid(f"A calendar of at most {MOST_EVENTS} events is read. Export fewer years of it.")
    try:
        # One after the other, as some programs write them.
        calendars = Calendar.from_ical(text.replace("\0", ""), multiple=True)
        found = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (*BROKEN, RecursionError):
        raise Invalid("This is no calendar that can be read. It is a text that begins with BEGIN:VCALENDAR.") from None
    if not calendars:
        raise Invalid("This is no calendar that can be read. It is a text that begins with BEGIN:VCALENDAR.")
    return [event for event in found if str(event.get("STATUS", "")).upper() != "CANCELLED"]


def _moved(events: list[Event]) -> set[tuple[str, date]]:
    """Return which days of which series stand elsewhere, each as the clock of its series shows it."""
    series = {str(each.get("UID")): each for each in events if "RECURRENCE-ID" not in each}
    found = set()
    for each in events:
        uid = str(each.get("UID"))
        if "RECURRENCE-ID" in each and uid in series:
            with suppress(*BROKEN):
                found.add((uid, _in_zone_of(each["RECURRENCE-ID"].dt, series[uid]["DTSTART"].dt).date()))
    return found


def _days(event: Event, moved: set[tuple[str, date]], zone: ZoneInfo, first: date, last: date) -> Iterator[Day]:
    start, name = event["DTSTART"].dt, " ".join(str(event.get("SUMMARY", "")).split())[:MOST_NAME] or "Exception"
    length, uid = _length(event, start), str(event.get("UID"))
    is_moved = "RECURRENCE-ID" in event
    for begin in _begins(event, start, datetime.combine(last + DAY, MIDNIGHT)):
        if not is_moved and (uid, begin.date()) in moved:
            continue
        day = _whole(begin, length, name) if not isinstance(start, datetime) else _timed(begin, start, length, zone, name)
        if day.last_on >= first and day.first_on <= last:
            yield Day(max(day.first_on, first), min(day.last_on, last), day.starts_at, day.ends_at, name)


def _length(event: Event, start: Any) -> timedelta:
    if "DURATION" in event:
        length = event["DURATION"].dt
    elif "DTEND" in event:
        length = event["DTEND"].dt - start
    else:
        length = timedelta() if isinstance(start, datetime) else DAY
    if length < timedelta():
        raise ValueError("it ends before it begins")
    return length


def _begins(event: Event, start: Any, until: datetime) -> Iterator[datetime]:
    """Yield when it begins as its own clock shows it: once, or each time that it repeats."""
    first = _wall(start)
    if first < EARLIEST:
        raise ValueError("it began too long ago")
    dates = rruleset()
    dates.rdate(first)
    rules = _listed(event.get("RRULE")) if "RECURRENCE-ID" not in event else []
    if len(rules) > 1:
        raise ValueError("it repeats by several rules")
    for rule in rules:
        _repeat(dates, dict(rule), first, start, until)
    for given, put in (("RDATE", dates.rdate), ("EXDATE", dates.exdate)):
        for each in _listed(event.get(given)):
            for value in each.dts:
                put(_in_zone_of(value.dt, start))
    return islice((each for each in dates if each < until), MOST_EVENTS * 10)


def _repeat(dates: rruleset, said: dict[str, Any], first: datetime, start: Any, until: datetime) -> None:
    if str(said["FREQ"][0]).upper() not in REPEATS or any(each in said for each in WITHIN_A_DAY):
        raise ValueError("it repeats within a day")
    if int(said.get("INTERVAL", [1])[0]) < 1:
        raise ValueError("it repeats without going on")
    ends, most = said.pop("UNTIL", [None])[0], said.pop("COUNT", [None])[0]
    last = min(until, _in_zone_of(ends, start) if ends else until)
    if ends and not isinstance(ends, datetime):
        last = min(until, _in_zone_of(ends, start) + DAY - timedelta(seconds=1))
    text = ";".join(f"{key}={','.join(map(_spelled, values))}" for key, values in said.items())
    rule = rrulestr(text, dtstart=first).replace(until=last)
    for each in islice(rule, min(int(most or 20_000), 20_000)):
        dates.rdate(each)


def _spelled(value: Any) -> str:
    return value.to_ical().decode() if hasattr(value, "to_ical") else str(value)


def _whole(begin: datetime, length: timedelta, name: str) -> Day:
    return Day(begin.date(), begin.date() + max(length, DAY) - DAY, MIDNIGHT, MIDNIGHT, name)


def _timed(begin: datetime, start: datetime, length: timedelta, zone: ZoneInfo, name: str) -> Day:
    # Its own clock says when it begins again; how long it lasts is the same whatever clocks do meanwhile.
    since = begin if start.tzinfo is None else begin.replace(tzinfo=start.tzinfo).astimezone(zone).replace(tzinfo=None)
    until = since + length
    if length >= DAY:
        last = until.date() if until.time() > MIDNIGHT else until.date() - DAY
        return Day(since.date(), last, MIDNIGHT, MIDNIGHT, name)
    return Day(since.date(), since.date(), _minute(since), _minute(max(until, since + timedelta(minutes=1))), name)


def _minute(at: datetime) -> time:
    return at.time().replace(second=0, microsecond=0, tzinfo=None)


def _in_zone_of(value: Any, start: Any) -> datetime:
    if isinstance(value, datetime) and value.tzinfo and isinstance(start, datetime) and start.tzinfo:
        value = value.astimezone(start.tzinfo)
    found = _wall(value)
    return found if isinstance(start, datetime) else datetime.combine(found.date(), MIDNIGHT)


def _wall(value: Any) -> datetime:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, MIDNIGHT)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []
