from datetime import time, timedelta

import pytest
from django.db import connection

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.actions import second_factor
from operant.panel.organizations.models import Membership, Organization, Role
from operant.platform import clock, tenancy
from operant.platform.messaging.models import Message
from operant.platform.queue import waits
from operant.testing.queue import claim, queued, run_jobs

from ..actions import delivering, wishing
from ..models import Delivery

EARLY = {"is_daily": False, "daily_at": time(8), "quiet": None}


def states(cast) -> list[str]:
    with cast.at_harbour():
        return sorted(Delivery.objects.values_list("state", flat=True))


def test_a_mail_says_what_happened_and_where_to_look(cast, went_offline, pass_time, mails):
    went_offline("Lobby")
    assert mails() == []
    pass_time(seconds=60)
    (mail,) = mails(cast.ben)
    assert (mail.subject, mail.category, mail.recipient, mail.state) == (
        "The screen Lobby went offline", "screens", "ben@harbour.example", "accepted",
    )  # fmt: skip
    assert "It has sent no heartbeat since 10 March, 12:00." in mail.text
    assert "Last painted: Pulse, version 8." in mail.text
    assert f"Stop these mails: {mail.unsubscribe}" in mail.text
    assert states(cast) == ["sent"] * 3


def test_a_screen_that_is_back_says_how_long_it_was_away(cast, at_noon, pass_time, mails):
    from operant.platform.events import announce
    from operant.relay.events import ScreensWellAgain

    with cast.at_harbour():
        announce(
            ScreensWellAgain(
                kind="offline", what="The screen Lobby came back after 11 min", place="", count=1, seconds=660,
                screen_ids=["scr_x"], names=["Lobby"],
            )
        )
    run_jobs()
    pass_time(seconds=60)
    (mail,) = mails(cast.ben)
    assert mail.subject == "The screen Lobby came back after 11 min"
    assert "It lasted 11 minutes." in mail.text


def test_many_at_once_are_one_mail(cast, went_offline, pass_time, mails):
    went_offline(*(f"Screen {number}" for number in range(35)))
    pass_time(seconds=60)
    (mail,) = mails(cast.ben)
    assert mail.subject.endswith(", and 34 more")
    assert "And 5 more: " in mail.text
    assert states(cast) == ["sent"] * 105


def test_what_goes_on_happening_comes_every_ten_minutes(cast, went_offline, pass_time, mails):
    went_offline("Lobby")
    pass_time(seconds=60)
    for _ in range(3):
        went_offline("Lobby")
        pass_time(minutes=3)
    assert len(mails(cast.ben)) == 1
    pass_time(minutes=1)
    first, second = mails(cast.ben)
    assert (second.created_at - first.created_at, second.subject) == (
        timedelta(minutes=10), "The screen Lobby went offline, and 2 more",
    )  # fmt: skip


def test_several_categories_are_one_mail_which_ends_them_all(cast, went_offline, pass_time, mails):
    went_offline("Lobby")
    with cast.at_harbour():
        organizations.enroll(person=cast.mallory, role=Role.VIEWER)
    run_jobs()
    pass_time(seconds=60)
    (mail,) = mails(cast.ann)
    assert (mail.category, "Mallory joined as viewer" in mail.text, "Lobby" in mail.text) == ("summary", True, True)


def test_what_is_essential_comes_at_once_alone_and_without_an_end(cast, went_offline, pass_time, mails, membership):
    wishing.change_rhythm(person=cast.ben, is_daily=True, daily_at=time(8), quiet=(time(11), time(14)))
    went_offline("Lobby")
    ada, ben = membership(cast.ada), membership(cast.ben)
    with cast.at_harbour(cast.ada):
        organizations.change_role(by=ada, member=ben, role=Role.ADMIN)
    run_jobs()
    pass_time(seconds=0)
    (mail,) = mails(cast.ben)
    assert (mail.category, mail.unsubscribe, mail.subject) == ("account", None, "Ben is now admin, and was editor")


def test_once_a_day_is_one_mail_and_none_when_there_was_nothing(cast, went_offline, pass_time, mails):
    wishing.change_rhythm(person=cast.ben, is_daily=True, daily_at=time(8), quiet=None)
    went_offline("Lobby")
    pass_time(hours=3)
    went_offline("Dispatch")
    pass_time(hours=16)
    assert mails(cast.ben) == []
    pass_time(hours=1)
    (mail,) = mails(cast.ben)
    assert (mail.subject, mail.created_at.hour) == ("Harbour: 2 notifications of the day", 8)
    pass_time(days=2)
    assert len(mails(cast.ben)) == 1


@pytest.mark.parametrize(
    ("zone", "begin", "end", "hours"),
    [("UTC", 11, 14, 2), ("UTC", 22, 12, 0), ("UTC", 22, 13, 1), ("Asia/Tokyo", 20, 7, 10), ("America/New_York", 22, 7, 0)],
)
def test_mails_wait_for_the_end_of_quiet_hours(cast, went_offline, pass_time, mails, zone, begin, end, hours):
    cast.ben.time_zone = zone
    with tenancy.reception():
        cast.ben.save()
    wishing.change_rhythm(person=cast.ben, is_daily=False, daily_at=time(8), quiet=(time(begin), time(end)))
    began = clock.now()
    went_offline("Lobby")
    pass_time(seconds=60)
    waited = 0
    while not mails(cast.ben):
        waited += 1
        pass_time(hours=1)
    assert waited == hours
    assert mails(cast.ben)[0].created_at - began < timedelta(hours=hours, minutes=2)
    assert len(mails(cast.ada)) == 1


def test_who_left_while_it_waited_is_not_written_to(cast, went_offline, pass_time, mails):
    went_offline("Lobby")
    with cast.at_harbour():
        Membership.objects.filter(person=cast.ben).delete()
    pass_time(seconds=60)
    assert (mails(cast.ben), states(cast)) == ([], ["dropped", "sent", "sent"])


def test_whose_role_sank_while_it_waited_is_not_written_to(cast, went_offline, pass_time, mails):
    went_offline("Lobby")
    with cast.at_harbour():
        Membership.objects.filter(person=cast.ben).update(role=Role.VIEWER)
    pass_time(seconds=60)
    assert (mails(cast.ben), states(cast)) == ([], ["dropped", "sent", "sent"])


def test_who_switched_it_off_while_it_waited_is_not_written_to(cast, went_offline, pass_time, mails):
    went_offline("Lobby")
    wishing.stop_mail(person=cast.ben, category="screens")
    pass_time(seconds=60)
    assert (mails(cast.ben), states(cast)) == ([], ["dropped", "sent", "sent"])


def mail_in_the_queue(cast, went_offline, mails):
    went_offline("Lobby")
    with cast.at_harbour():
        delivering.write(person_id=cast.ben.pk)
    (mail,) = mails(cast.ben)
    assert mail.state == "queued"


@pytest.mark.parametrize("category", ["screens", "summary"])
def test_a_wish_holds_for_the_mail_that_is_in_the_queue_already(cast, went_offline, mails, category):
    mail_in_the_queue(cast, went_offline, mails)
    wishing.stop_mail(person=cast.ben, category=category)
    run_jobs()
    assert [each.state for each in mails(cast.ben)] == ["withheld"]


def test_who_left_does_not_get_the_mail_that_is_in_the_queue_already(cast, went_offline, mails):
    mail_in_the_queue(cast, went_offline, mails)
    with cast.at_harbour():
        Membership.objects.filter(person=cast.ben).delete()
    run_jobs()
    assert [each.error for each in mails(cast.ben)] == ["They have left the organization."]


def test_whose_role_sank_does_not_get_the_mail_that_is_in_the_queue_already(cast, went_offline, mails):
    mail_in_the_queue(cast, went_offline, mails)
    with cast.at_harbour():
        Membership.objects.filter(person=cast.ben).update(role=Role.VIEWER)
    run_jobs()
    assert [each.error for each in mails(cast.ben)] == ["They may no longer hear of it."]


def test_who_was_removed_gets_the_farewell_and_no_essential_mail_about_the_organization(cast, at_noon, membership):
    ada, ben = membership(cast.ada), membership(cast.ben)
    with cast.at_harbour(cast.ada):
        Organization.objects.update(second_factor_from=at_noon + timedelta(days=7))
        second_factor.tell_those_without()
        organizations.remove(by=ada, member=ben)
    run_jobs()
    with cast.at_harbour():
        sent = Message.objects.filter(person_id=cast.ben.pk).order_by("template").values_list("template", "state")
        assert list(sent) == [("membership_ended", "accepted"), ("second_factor_required", "withheld")]


@pytest.mark.parametrize("ends", ["is_active", "delete"])
def test_after_an_account_ended_essential_mail_ends_too(cast, at_noon, ends):
    from operant.platform import messaging

    with cast.at_harbour():
        context = {"organization": "Harbour", "by": "Ada"}
        for person in (cast.ben, cast.cleo):
            messaging.send_mail(
                to=person.email, template="membership_ended", category="account", person_id=person.pk, context=context
            )
        Membership.objects.filter(person=cast.ben).delete()
    if ends == "delete":
        with tenancy.reception(), cast.at_harbour():
            cast.ben.delete()
    else:
        cast.ben.is_active = False
        with tenancy.reception():
            cast.ben.save()
    run_jobs()
    with cast.at_harbour():
        sent = Message.objects.filter(template="membership_ended").order_by("recipient")
        assert {each.recipient: each.state for each in sent} == {
            "ben@harbour.example": "withheld", "cleo@harbour.example": "accepted",
        }  # fmt: skip


def test_written_twice_is_written_once(cast, went_offline, pass_time, mails):
    went_offline("Lobby")
    clock.advance(timedelta(seconds=60))
    assert claim("delivery") == 3
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, lock, status) "
            "SELECT queue_name, task_name, args, lock, status FROM procrastinate_jobs WHERE status = 'todo'"
        )
    run_jobs()
    assert len(mails(cast.ben)) == 1


@pytest.mark.parametrize("until", ["notifications.deliver", "notifications.write", "messaging.deliver"])
def test_whichever_job_is_lost_the_clock_brings_it_back(cast, went_offline, pass_time, mails, until):
    went_offline("Lobby")
    clock.advance(timedelta(seconds=60))
    waits.sweep()
    while queued()[0] != until:
        run_jobs(limit=1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    pass_time(seconds=61)
    assert [each.state for each in mails(cast.ben)] == ["accepted"]


def test_a_mail_that_cannot_be_written_holds_up_nobody_elses(cast, went_offline, mails):
    went_offline("Lobby")
    cast.ann.time_zone = "Nowhere/Land"
    with tenancy.reception():
        cast.ann.save()
    clock.advance(timedelta(seconds=60))
    waits.sweep()
    failed = 0
    while queued():
        try:
            run_jobs()
        except Exception:
            failed += 1
    assert (failed, len(mails(cast.ada)), len(mails(cast.ann)), len(mails(cast.ben))) == (1, 1, 0, 1)
