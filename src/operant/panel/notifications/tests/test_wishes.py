"""When a mail may come, as a table. Clocks on walls jump; nobody gets two mails or none for that."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from ..wishes import Wishes

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "quiet", "now", "until"),
    [
        ("UTC", (9, 17), "2027-03-10 08:59", None),
        ("UTC", (9, 17), "2027-03-10 09:00", "2027-03-10 17:00"),
        ("UTC", (9, 17), "2027-03-10 17:00", None),
        ("UTC", (22, 7), "2027-03-10 23:30", "2027-03-11 07:00"),
        ("UTC", (22, 7), "2027-03-11 06:59", "2027-03-11 07:00"),
        ("UTC", (22, 7), "2027-03-11 07:00", None),
        (BERLIN, (22, 7), "2027-03-10 21:00", "2027-03-11 06:00"),
        # Clocks go forward in the night: the quiet hours are an hour shorter.
        (BERLIN, (22, 7), "2027-03-27 22:00", "2027-03-28 05:00"),
        # And back: an hour longer.
        (BERLIN, (22, 7), "2027-10-30 21:00", "2027-10-31 06:00"),
        # Their end is skipped, 02:30 does not exist: they end as long after two.
        (BERLIN, (22, 2.5), "2027-03-27 23:00", "2027-03-28 01:30"),
        # Their end comes twice: the first counts.
        (NEW_YORK, (22, 1.5), "2027-11-07 04:00", "2027-11-07 05:30"),
    ],
)
def test_quiet_hours(zone, quiet, now, until):
    wishes = Wishes(zone=ZoneInfo(zone), quiet=tuple(time(int(each), int(each % 1 * 60)) for each in quiet))
    assert wishes.held_until("screens", at(now), at(now)) == (until and at(until))


@pytest.mark.parametrize(
    ("zone", "daily", "since", "now", "until"),
    [
        ("UTC", 8, "2027-03-10 12:00", "2027-03-10 12:01", "2027-03-11 08:00"),
        ("UTC", 8, "2027-03-10 07:59", "2027-03-10 07:59", "2027-03-10 08:00"),
        ("UTC", 8, "2027-03-10 12:00", "2027-03-11 08:00", None),
        ("UTC", 8, "2027-03-11 08:01", "2027-03-11 08:01", "2027-03-12 08:00"),
        ("UTC", 8, "2027-03-10 12:00", "2027-03-14 03:00", None),
        (BERLIN, 8, "2027-03-27 12:00", "2027-03-27 12:00", "2027-03-28 06:00"),
        (BERLIN, 8, "2027-10-30 12:00", "2027-10-30 12:00", "2027-10-31 07:00"),
        (BERLIN, 2.5, "2027-03-27 12:00", "2027-03-27 12:00", "2027-03-28 01:30"),
        (BERLIN, 2.5, "2027-10-30 12:00", "2027-10-30 12:00", "2027-10-31 00:30"),
        # What came between the first half past two and the second waits for the next day's.
        (BERLIN, 2.5, "2027-10-31 01:00", "2027-10-31 01:30", "2027-11-01 01:30"),
        ("Pacific/Kiritimati", 8, "2027-03-10 12:00", "2027-03-10 12:00", "2027-03-10 18:00"),
    ],
)
def test_once_a_day(zone, daily, since, now, until):
    wishes = Wishes(zone=ZoneInfo(zone), is_daily=True, daily_at=time(int(daily), int(daily % 1 * 60)))
    assert wishes.held_until("screens", at(since), at(now)) == (until and at(until))


def test_what_is_essential_waits_for_nothing():
    wishes = Wishes(is_daily=True, quiet=(time(0), time(23, 59)), off=frozenset({("account", "mail")}))
    now = at("2027-03-10 12:00")
    assert (wishes.held_until("account", now, now), wishes.wants("account", "mail")) == (None, True)


def test_a_summary_is_wanted_while_anything_in_it_is():
    names = ("screens", "data", "alerts", "people", "programs", "audit")
    some, none = (frozenset((name, "mail") for name in each) for each in (names[1:], names))
    assert [Wishes(off=off).wants("summary", "mail") for off in (frozenset(), some, none)] == [True, True, False]


def test_a_category_that_no_longer_exists_is_wanted_unless_switched_off():
    assert Wishes().wants("of_old", "mail")
