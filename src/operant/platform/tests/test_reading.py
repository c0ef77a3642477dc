from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from operant.platform import reading
from operant.platform.ui import cells

AT = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)


@dataclass
class Somebody:
    locale: str = "en"
    time_zone: str = ""


@pytest.mark.parametrize(
    ("locale", "zone", "day", "instant", "number"),
    [
        ("en", "", "22 Nov 2026", "22 Nov 2026, 23:05 UTC", "1,234,567.5"),
        ("en-GB", "Europe/London", "22 Nov 2026", "22 Nov 2026, 23:05 GMT", "1,234,567.5"),
        ("en-US", "America/New_York", "Nov 22, 2026", "Nov 22, 2026, 6:05 PM EST", "1,234,567.5"),
        ("en-DE", "Europe/Berlin", "23 Nov 2026", "23 Nov 2026, 00:05 CET", "1.234.567,5"),
        ("en-CH", "Europe/Zurich", "23 Nov 2026", "23 Nov 2026, 00:05 CET", "1’234’567.5"),
        ("en-FR", "Europe/Paris", "23 Nov 2026", "23 Nov 2026, 00:05 CET", "1\u202f234\u202f567,5"),
        ("iso", "Asia/Kolkata", "2026-11-23", "2026-11-23, 04:35 IST", "1\u202f234\u202f567.5"),
    ],
)
def test_times_and_numbers_are_written_as_the_reader_writes_them(locale, zone, day, instant, number):
    with reading.written_for(lambda: Somebody(locale, zone)):
        assert (reading.day(AT), reading.instant(AT), reading.number(Decimal("1234567.5"))) == (day, instant, number)


def test_every_way_of_writing_can_be_chosen_and_shows_itself():
    shown = dict(reading.choices())
    assert list(shown) == list(reading.LOCALES)
    assert shown["en-US"] == "United States: Nov 22, 2026, 2:05 PM; 1,234.5"


@pytest.mark.parametrize("broken", [Somebody("de-DE; DROP", "Nowhere/Here"), Somebody("", "../../etc/passwd"), object()])
def test_whoever_has_chosen_nothing_known_reads_as_the_house_writes(broken):
    with reading.written_for(lambda: broken):
        assert reading.instant(AT) == "22 Nov 2026, 23:05 UTC"


def test_nobody_is_asked_who_they_are_before_something_is_written():
    asked = []
    with reading.written_for(lambda: asked.append(1)):
        assert asked == []
        reading.number(1)
        reading.number(2)
    assert asked == [1]


def test_cells_follow_the_reader():
    with reading.written_for(lambda: Somebody("en-DE", "Europe/Berlin")):
        assert cells.plain(1234.5) == "1.234,5"
        assert cells.plain(date(2026, 11, 22)) == "22 Nov 2026"
        assert 'title="23 Nov 2026, 00:05 CET"' in cells.time(AT)
    assert cells.plain(1234.5) == "1,234.5"
