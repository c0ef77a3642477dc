"""Calendar files and public holidays become lists of days, whatever the file holds."""

import time as clocks
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operant.platform.files.sandbox import nursery
from operant.platform.refusals import Invalid
from operant.relay import calendars
from operant.relay.calendars import Day, files, reading

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
ALL_DAY = time(0), time(0)


def calendar(*events):
    body = "".join("BEGIN:VEVENT\r\n" + "".join(f"{line}\r\n" for line in lines) + "END:VEVENT\r\n" for lines in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n{body}END:VCALENDAR\r\n".encode()


def read(*events, first=FIRST, last=LAST):
    return reading.read(calendar(*events), zone=BERLIN, first=first, last=last)


def said(*events, **more):
    return [tuple(str(each).split(" ")[:4]) for each in read(*events, **more).days]


ONE = ["UID:1", "SUMMARY:Feast"]
CASES = {
    "a whole day": (["DTSTART;VALUE=DATE:20261225"], [("2026-12-25", "2026-12-25", "00:00", "00:00")]),
    "several whole days": (
        ["DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"], [("2026-12-24", "2026-12-26", "00:00", "00:00")]
    ),
    "a length": (["DTSTART;VALUE=DATE:20261224", "DURATION:P2D"], [("2026-12-24", "2026-12-25", "00:00", "00:00")]),
    "hours of another zone": (
        ["DTSTART;TZID=America/New_York:20261224T200000", "DTEND;TZID=America/New_York:20261224T220000"],
        [("2026-12-25", "2026-12-25", "02:00", "04:00")],
    ),
    "hours in UTC over midnight": (
        ["DTSTART:20260701T200000Z", "DTEND:20260702T020000Z"], [("2026-07-01", "2026-07-01", "22:00", "04:00")]
    ),
    "hours of no zone": (["DTSTART:20260701T080000", "DURATION:PT90M"], [("2026-07-01", "2026-07-01", "08:00", "09:30")]),
    "more than a day": (
        ["DTSTART:20260701T080000", "DTEND:20260703T100000"], [("2026-07-01", "2026-07-03", "00:00", "00:00")]
    ),
    "an instant": (["DTSTART:20260701T080000"], [("2026-07-01", "2026-07-01", "08:00", "08:01")]),
    "each year without end": (
        ["DTSTART;VALUE=DATE:19500501", "RRULE:FREQ=YEARLY"],
        [("2026-05-01", "2026-05-01", "00:00", "00:00"), ("2027-05-01", "2027-05-01", "00:00", "00:00")],
    ),
    "each day until": (
        ["DTSTART:20260701T080000Z", "DTEND:20260701T090000Z", "RRULE:FREQ=DAILY;UNTIL=20260703T080000Z"],
        [("2026-07-01", "2026-07-03", "10:00", "11:00")],
    ),
    "over a change of clocks": (
        ["DTSTART;TZID=America/New_York:20260307T120000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2"],
        [("2026-03-07", "2026-03-07", "18:00", "19:00"), ("2026-03-08", "2026-03-08", "17:00", "18:00")],
    ),
    "three times but one": (
        ["DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20260112"],
        [("2026-01-05", "2026-01-05", "00:00", "00:00"), ("2026-01-19", "2026-01-19", "00:00", "00:00")],
    ),
    "the fourth Thursday of November": (
        ["DTSTART;VALUE=DATE:20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"],
        [("2026-11-26", "2026-11-26", "00:00", "00:00"), ("2027-11-25", "2027-11-25", "00:00", "00:00")],
    ),
    "canceled": (["DTSTART;VALUE=DATE:20261225", "STATUS:CANCELLED"], []),
    "long ago": (["DTSTART;VALUE=DATE:20201225"], []),
    "half within": (
        ["DTSTART;VALUE=DATE:20251224", "DTEND;VALUE=DATE:20260103"], [("2026-01-01", "2026-01-02", "00:00", "00:00")]
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_events_become_days_as_clocks_of_the_zone_show_them(case):
    lines, days = CASES[case]
    assert said([*ONE, *lines]) == days
    assert read([*ONE, *lines]).left_out == 0


def test_one_that_was_moved_stands_at_its_new_time_only():
    weekly = [*ONE, "DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY;COUNT=2"]
    moved = ["UID:1", "SUMMARY:Feast", "RECURRENCE-ID;VALUE=DATE:20260112", "DTSTART;VALUE=DATE:20260114"]
    assert [each[0] for each in said(weekly, moved)] == ["2026-01-05", "2026-01-14"]


def test_which_one_was_moved_is_said_by_the_clock_of_its_series():
    nightly = [*ONE, "DTSTART;TZID=Europe/Berlin:20260501T003000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2"]
    moved = [*ONE, "RECURRENCE-ID:20260501T223000Z", "DTSTART;TZID=Europe/Berlin:20260510T003000", "DURATION:PT1H"]
    assert [each[0] for each in said(nightly, moved)] == ["2026-05-01", "2026-05-10"]


def test_what_cannot_be_understood_is_left_out_and_counted():
    good = [*ONE, "DTSTART;VALUE=DATE:20261225"]
    broken = [
        ["UID:2", "SUMMARY:No start"], ["UID:3", "DTSTART:nonsense"], ["UID:4", "DTSTART:20260105T080000", "DTEND:20260104T080000"],
        ["UID:5", "DTSTART:20260105T080000Z", "RRULE:FREQ=SECONDLY"], ["UID:6", "DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY"],
        ["UID:7", "DTSTART:20260105T080000Z", "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3;BYMINUTE=1,2,3"],
        ["UID:8", "DTSTART;VALUE=DATE:20261225", "DTEND:20261226T080000Z"],
    ]  # fmt: skip
    found = read(good, *broken)
    assert ([each.name for each in found.days], found.left_out) == (["Feast"], len(broken))


@pytest.mark.parametrize(("content", "words"), [
    (b"", "no calendar"), (b"name,day\nFeast,2026-12-25\n", "no calendar"), (b"\xff\xfe\x00", "no calendar"),
    (b"BEGIN:VCALENDAR\r\n" + b"X" * 5_000_000, "at most 500 kB"),
    (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 7000, "at most 3000 events"),
    (b"BEGIN:VEVENT\r\nUID:1\r\n", "no calendar"),
    (calendar(*([f"SUMMARY:{n}", f"DTSTART;VALUE=DATE:2026{1 + n % 12:02}{1 + n // 12:02}"] for n in range(230))), "230 different"),
])  # fmt: skip
def test_what_is_no_calendar_or_too_much_is_refused_in_a_sentence(content, words):
    with pytest.raises(Invalid) as refused:
        calendars.read(content, zone=BERLIN, first=FIRST, last=LAST)
    assert words in refused.value.sentence


@pytest.mark.parametrize("start", ["raise SystemExit(1)", "import time; time.sleep(60)"], ids=["ends", "is silent"])
def test_a_process_that_cannot_start_is_said_in_a_sentence(monkeypatch, start):
    monkeypatch.setattr(files, "_START", start)
    monkeypatch.setattr(nursery, "_START_SECONDS", 1)
    with pytest.raises(Invalid) as refused:
        calendars.read(calendar(ONE), zone=BERLIN, first=FIRST, last=LAST)
    assert refused.value.sentence == (
        "The calendar could not be read, because the server could not start a process for it. Try again in a moment; if it stays "
        "like this, its reason is in the server's log."
    )


NEVER = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
BEYOND = ",".join(map(str, range(367, 700)))
ENDLESS = {
    "one rule that never comes true": [["UID:1", "DTSTART;VALUE=DATE:19000101", f"RRULE:FREQ=DAILY;BYYEARDAY={BEYOND}"]],
    "many of them": [[f"UID:{n}", "DTSTART;VALUE=DATE:19000101", NEVER] for n in range(400)],
    "more dates than anybody has": [[f"UID:{n}", "DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=DAILY"] for n in range(3000)],
}


@pytest.mark.parametrize("events", ENDLESS.values(), ids=ENDLESS)
def test_rules_without_end_take_no_time(events):
    begun = clocks.monotonic()
    with pytest.raises(Invalid) as refused:
        calendars.read(calendar(*events), zone=BERLIN, first=FIRST, last=LAST)
    assert (refused.value.sentence, clocks.monotonic() - begun < 20) == (
        "This calendar repeats too much to be read. Export only what you need.", True,
    )  # fmt: skip


def test_events_of_many_rules_or_of_another_age_are_left_out_at_once():
    good = [*ONE, "DTSTART;VALUE=DATE:20261225"]
    many = ["UID:2", "DTSTART;VALUE=DATE:19700101", *(f"RRULE:FREQ=DAILY;INTERVAL={n}" for n in range(1, 41))]
    old = ["UID:3", "DTSTART;VALUE=DATE:18000101", "RRULE:FREQ=DAILY"]
    begun = clocks.process_time()
    found = calendars.read(calendar(good, many, old), zone=BERLIN, first=FIRST, last=LAST)
    assert ([str(each) for each in found.days], found.left_out) == (["2026-12-25 2026-12-25 00:00 00:00 Feast"], 2)
    assert clocks.process_time() - begun < 2


LINES = st.sampled_from([
    "DTSTART;VALUE=DATE:20261225", "DTSTART:20261225T080000Z", "DTSTART;TZID=Nowhere/Land:20261225T080000",
    "DTEND:20261225T090000Z", "DTEND;VALUE=DATE:20261226", "DURATION:-P1D", "DURATION:P99999999D", "RRULE:FREQ=DAILY",
    "RRULE:FREQ=YEARLY;INTERVAL=0",
    "RRULE:", "RRULE:FREQ=WEEKLY;BYDAY=XX", "RRULE:FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU", "RRULE:FREQ=DAILY;COUNT=-1",
    "RRULE:FREQ=DAILY;UNTIL=99991231", "EXDATE:x", "EXDATE:20261225T080000Z", "RDATE;VALUE=DATE:99991231", "RDATE:20261226T080000Z",
    "RECURRENCE-ID:20261225T080000Z", "SUMMARY:ü\\n\\,", "SUMMARY:" + "x" * 300, "BEGIN:VALARM", "END:VALARM",
    "END:VEVENT", ":", ";",
    "DTSTART;VALUE=PERIOD:20261225T080000Z/PT1H", "DTSTART:20261225T080000Z\r\nDTSTART:20261226T080000Z", "STATUS:\u202e",
])  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.lists(LINES, max_size=6), max_size=4))
def test_whatever_a_calendar_holds_it_is_read_or_refused(events):
    try:
        found = read(*events)
    except Invalid:
        return
    assert all(FIRST <= each.first_on <= each.last_on <= LAST and 0 < len(each.name) <= 120 for each in found.days)
    assert [Day.parse(str(each)) for each in found.days] == found.days


def test_public_holidays_of_a_country_and_of_its_parts():
    year = date(2026, 1, 1), date(2026, 12, 31)
    germany, berlin = (calendars.holidays("DE", region, *year) for region in ("", "BE"))
    assert Day(date(2026, 12, 25), date(2026, 12, 25), *ALL_DAY, "Christmas Day") in germany
    assert [str(each.first_on) for each in berlin if each not in germany] == ["2026-03-08"]
    assert calendars.holidays("DE", "", date(2026, 12, 25), date(2026, 12, 25))[0].name == "Christmas Day"
    assert (("DE", "Germany") in calendars.countries(), ("BY", "Bayern") in calendars.regions("DE")) == (True, True)
    for country, region in (("XX", ""), ("DE", "XX"), ("", "")):
        with pytest.raises(Invalid):
            calendars.holidays(country, region, *year)
