from datetime import timedelta

import pytest

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.actions import second_factor
from operant.panel.organizations.models import Organization, Role
from operant.platform import clock, tenancy
from operant.platform.events import announce
from operant.platform.events.models import Announcement
from operant.stage.events import SourceRejected
from operant.testing.queue import run_jobs

from ..actions import telling, wishing
from ..models import Delivery, Notification


def test_those_whose_role_lets_them_hear_of_it(cast, went_offline, heard):
    went_offline("Lobby")
    told = {name: heard(getattr(cast, name)) for name in ("ada", "ann", "ben", "cleo", "mallory")}
    line = ["The screen Lobby went offline"]
    assert told == {"ada": line, "ann": line, "ben": line, "cleo": [], "mallory": []}


def test_nobody_hears_of_their_own_deed(cast, went_offline, heard):
    went_offline("Lobby", by=cast.ben)
    assert (heard(cast.ben), len(heard(cast.ada))) == ([], 1)


def test_whoever_came_later_does_not_hear_of_it(cast, went_offline, heard):
    went_offline("Lobby", deliver=False)
    clock.advance(timedelta(seconds=5))
    with cast.at_harbour():
        organizations.enroll(person=cast.mallory, role=Role.ADMIN)
    run_jobs()
    assert (heard(cast.mallory), len(heard(cast.ann))) == ([], 2)


def test_whoever_was_switched_off_hears_nothing(cast, went_offline, heard):
    cast.ben.is_active = False
    with tenancy.reception():
        cast.ben.save()
    went_offline("Lobby")
    assert heard(cast.ben) == []


def test_told_twice_is_told_once(cast, went_offline, heard):
    went_offline("Lobby")
    with cast.at_harbour():
        announcement = Announcement.objects.get(name="relay.screens.in_trouble")
        telling.tell(announcement=announcement)
        assert (Notification.objects.count(), Delivery.objects.count()) == (3, 3)


def test_a_new_role_is_told_to_the_one_it_concerns_and_to_nobody_else(cast, at_noon, heard, membership):
    ada, ben = membership(cast.ada), membership(cast.ben)
    with cast.at_harbour(cast.ada):
        organizations.change_role(by=ada, member=ben, role=Role.ADMIN)
    run_jobs()
    assert [heard(each) for each in (cast.ada, cast.ann, cast.ben)] == [[], [], ["Ben is now admin, and was editor"]]


def test_who_joins_and_leaves_is_told_to_those_who_look_after_people(cast, at_noon, heard, membership):
    cleo = membership(cast.cleo)
    with cast.at_harbour(cast.cleo):
        organizations.remove(by=cleo, member=cleo)
    run_jobs()
    assert [heard(each) for each in (cast.ada, cast.ann, cast.ben)] == [["Cleo left"]] * 2 + [[]]


def test_the_end_of_a_required_factor_is_told_to_those_who_see_its_state(cast, at_noon, heard, membership):
    ada = membership(cast.ada)
    with cast.at_harbour(cast.ada):
        Organization.objects.update(second_factor_from=at_noon)
        second_factor.release(by=ada)
    run_jobs()
    line = ["Ada no longer required a second factor"]
    assert [heard(each) for each in (cast.ada, cast.ann, cast.ben)] == [line, line, []]


def test_whoever_is_removed_gets_a_mail_and_whoever_leaves_needs_none(cast, at_noon, membership):
    from operant.platform.messaging.models import Message

    ada, ben, cleo = (membership(each) for each in (cast.ada, cast.ben, cast.cleo))
    with cast.at_harbour(cast.ada):
        organizations.remove(by=ada, member=ben)
    with cast.at_harbour(cast.cleo):
        organizations.remove(by=cleo, member=cleo)
        sent = Message.objects.filter(template="membership_ended")
        assert [(each.recipient, each.subject) for each in sent] == [
            ("ben@harbour.example", "You are no longer a member of Harbour")
        ]
    run_jobs()
    with cast.at_harbour():
        assert [each.state for each in Message.objects.filter(template="membership_ended")] == ["accepted"]


@pytest.mark.parametrize(
    ("channel", "lies", "leaves"), [("inbox", 2, 3), ("mail", 3, 2)], ids=["not in the inbox", "not by mail"]
)
def test_a_wish_is_kept_for_each_channel(cast, went_offline, channel, lies, leaves):
    wishing.change(person=cast.ben, changes={("screens", channel): False})
    went_offline("Lobby")
    with cast.at_harbour():
        shown = Notification.objects.filter(is_shown=True).count()
        assert (shown, Delivery.objects.count()) == (lies, leaves)


def test_what_is_wanted_nowhere_leaves_nothing(cast, went_offline):
    wishing.change(person=cast.ben, changes={("screens", "inbox"): False, ("screens", "mail"): False})
    went_offline("Lobby")
    with cast.at_harbour():
        assert not Notification.objects.filter(person=cast.ben).exists()


def test_names_of_any_kind_are_told_in_one_line(cast, at_noon, signed_in):
    name = "<b>Lobby</b>\r\nBcc: all@meadow.example \u202eשלום 🚚 " + "x" * 10_000
    with cast.at_harbour():
        announce(SourceRejected(source_id="src_x", name=name, reason="empty"), about=cast.harbour)
    run_jobs()
    page = signed_in(cast.ben).get("/o/harbour/inbox/").content.decode()
    assert "&lt;b&gt;Lobby&lt;/b&gt; Bcc: all@meadow.example שלום 🚚 xxx" in page
    assert ("\u202e" in page, "x" * 300 in page, "<b>Lobby" in page) == (False, False, False)


def test_half_a_year_later_it_is_gone(cast, went_offline, pass_time):
    from operant.testing.queue import run_chore

    went_offline("Lobby")
    pass_time(days=179)
    run_chore("notifications.forget_old")
    with cast.at_harbour():
        assert Notification.objects.count() == 3
    pass_time(days=2)
    run_chore("notifications.forget_old")
    with cast.at_harbour():
        assert (Notification.objects.count(), Delivery.objects.count()) == (0, 0)
