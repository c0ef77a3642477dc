"""Holidays and calendars become exceptions of a schedule, once somebody looked at them."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from operant.platform import clock
from operant.relay.actions import schedules
from operant.relay.actions.schedules import Wish
from operant.relay.models import Rule

from .test_calendars import calendar


@pytest.fixture
def plan(cast):
    with cast.at_harbour(cast.ben):
        cast.harbour.__class__.objects.filter(pk=cast.harbour.pk).update(time_zone="Europe/Berlin")
        return schedules.make_schedule(name="House", by=cast.ben, rules=[Wish("Night", starts_at=time(22), ends_at=time(6))])


@pytest.fixture
def ben(cast, signed_in):
    with clock.frozen(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield signed_in(cast.ben)


def to(name, plan):
    return reverse(name, args=["harbour", plan.pk])


def rules(cast):
    with cast.at_harbour():
        rows = Rule.objects.order_by("position").values_list("name", "first_on", "last_on", "starts_at", "ends_at", "priority")
        return list(rows)


def test_public_holidays_are_shown_and_those_that_are_chosen_are_added(cast, ben, plan, board):
    page = to("schedule_exceptions", plan)
    assert "Fri, 25 Dec 2026: Christmas Day" in ben.get(page, {"country": "DE"}).text
    shown = ben.get(page, {"country": "DE", "region": "BE"})
    days = [value for value, _ in shown.context["days_form"].fields["days"].choices]
    assert "2026-12-25 2026-12-25 00:00 00:00 Christmas Day" in days
    assert len(rules(cast)) == 1
    chosen = [each for each in days if "Christmas" in each and each.startswith("2026")]
    body = {"days": chosen, "shows": board.public_id, "priority": "2"}
    assert ben.post(to("schedule_exceptions_adding", plan), body).status_code == 302
    # What is there already is not added once more.
    assert ben.post(to("schedule_exceptions_adding", plan), body).status_code == 302
    day = time(0)
    assert rules(cast)[1:] == [
        ("Christmas Day", date(2026, 12, 25), date(2026, 12, 25), day, day, 2),
        ("Second Day of Christmas", date(2026, 12, 26), date(2026, 12, 26), day, day, 2),
    ]
    assert [ben.get(page, each).status_code for each in ({"country": "XX"}, {"country": "DE", "region": "XX"})] == [422, 422]


def test_a_calendar_is_read_from_a_file_or_from_its_text(cast, ben, plan):
    page = to("schedule_exceptions", plan)
    content = calendar(["SUMMARY:Inventory", "DTSTART:20261230T070000Z", "DURATION:PT3H"], ["SUMMARY:Broken"])
    sent = ({"file": SimpleUploadedFile("a.ics", content)}, {"text": content.decode()})
    for each in sent:
        shown = ben.post(page, each)
        assert (shown.status_code, "1 event could not be understood" in shown.text) == (200, True)
        assert [label for _, label in shown.context["days_form"].fields["days"].choices] == [
            "Wed, 30 Dec 2026, 08:00–11:00: Inventory"
        ]
    assert ben.post(page, {"text": calendar().decode()}).text.count("No day until the end of 2027 is in it.") == 1
    assert len(rules(cast)) == 1


@pytest.mark.parametrize(("sent", "words"), [
    ({}, "Choose a file, or paste its text."), ({"text": "hello"}, "This is no calendar that can be read."),
    ({"file": SimpleUploadedFile("a.ics", b"BEGIN:VCALENDAR\r\n" + b"X" * 5_000_000)}, "A calendar of at most 500 kB is read."),
])  # fmt: skip
def test_what_is_no_calendar_says_so_beside_the_field(cast, ben, plan, sent, words):
    answer = ben.post(to("schedule_exceptions", plan), sent)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_days_that_nobody_offered_and_strangers_are_refused(cast, ben, plan, signed_in):
    adding = to("schedule_exceptions_adding", plan)
    bad = ({"days": ["x"]}, {"days": []}, {"days": ["2026-12-25 2026-12-24 00:00 00:00 Backwards"]})
    assert [ben.post(adding, {"shows": "", "priority": "1", **each}).status_code for each in bad] == [422] * 3
    many = [f"2027-{1 + n % 12:02}-{1 + n // 12:02} 2027-{1 + n % 12:02}-{1 + n // 12:02} 00:00 00:00 Day {n}" for n in range(60)]
    assert ben.post(adding, {"days": many, "shows": "", "priority": "1"}).status_code == 422
    assert len(rules(cast)) == 1
    answers = [
        [signed_in(who).get(to("schedule_exceptions", plan)).status_code, signed_in(who).post(adding, {}).status_code]
        for who in (cast.cleo, cast.mallory)
    ]
    assert answers == [[403, 403], [404, 404]]
