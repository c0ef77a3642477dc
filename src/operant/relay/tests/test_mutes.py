"""Muting screens straight from a mail: looking at the link changes nothing, and it is no more than its person's right."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.platform import clock
from operant.platform.events.models import Announcement
from operant.platform.messaging.models import Message
from operant.relay import mutes
from operant.relay.actions import alarming
from operant.relay.models import Alarm, Watch
from operant.testing import cast as casting

from .helpers import pass_time
from .test_alerts import alive as alive


@pytest.fixture
def mail(cast, alive):
    """The mail to Ben that says that the screen in the lobby went offline."""
    pass_time(230)
    pass_time(90)
    with cast.at_harbour():
        return next(each for each in Message.objects.filter(template="news") if each.person_id == cast.ben.pk)


@pytest.fixture
def links(mail, settings):
    """The addresses in it that mute, as a browser calls them: for 8 hours, and for 24."""
    found = re.findall(rf"Mute for \d+ hours: {re.escape(settings.PUBLIC_URL)}(\S+)", mail.text)
    assert len(found) == 2
    return found


def muted_until(cast):
    with cast.at_harbour():
        return Watch.objects.get().muted_until


def test_a_scanner_that_opens_every_link_mutes_nothing(cast, links, mail):
    for link in links:
        for method in ("get", "head", "options"):
            getattr(Client(), method)(link)
    assert muted_until(cast) is None
    assert all(link in mail.html for link in links)


@pytest.mark.parametrize(("place", "hours"), [(0, 8), (1, 24)])
def test_the_page_asks_and_the_button_mutes(cast, links, place, hours, announced):
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(links[place]).content.decode()
    assert "Mute Lobby?" in page
    assert re.search(r'name="hours" value="(\d+)"', page)[1] == str(hours)
    page = browser.post(links[place], {"hours": str(hours)}).content.decode()
    assert ("Muted until" in page, muted_until(cast)) == (True, clock.now() + timedelta(hours=hours))
    assert [(each.what, each.muted_by) for each in announced] == [("the screen Lobby", "Ben")]
    with cast.at_harbour():
        assert Announcement.objects.get(name="relay.screens.muted").person_id == cast.ben.pk
    browser.post(links[place], {"hours": "0"})
    assert muted_until(cast) is None


def test_what_no_mail_offered_mutes_nothing(cast, links):
    assert Client().post(links[0], {"hours": "9999"}).status_code == 422
    path, _, query = links[0].partition("?")
    for place in (7, 30, 60, 85):
        letter = "A" if path[place] != "A" else "B"
        forged = f"{path[:place]}{letter}{path[place + 1 :]}?{query}"
        assert Client().post(forged, {"hours": "8"}).status_code == 404
    own = mutes.read(path.removeprefix("/mute/"))
    elsewhere = mutes.issue(mutes.Muting(cast.meadow.pk, own.event_id, cast.mallory.pk, own.until))
    for bad in ("/mute/x", path[:-4], path + "AAAA", "/mute/" + "é" * 80, f"/mute/{elsewhere}"):
        assert Client().post(bad, {"hours": "8"}).status_code == 404
    assert muted_until(cast) is None


def test_a_link_ends_after_a_week(cast, links):
    clock.advance(timedelta(days=9))
    assert Client().get(links[0]).status_code == 404


def test_a_link_ends_with_the_right_of_its_person(cast, links):
    def sinks(role=Role.VIEWER):
        with cast.at_harbour():
            Membership.objects.filter(person=cast.ben).update(role=role)

    def switches(is_active=False):
        with casting.tenancy.reception():
            type(cast.ben).objects.filter(pk=cast.ben.pk).update(is_active=is_active)

    def leaves():
        with cast.at_harbour():
            Membership.objects.filter(person=cast.ben).delete()

    for loses, again in ((sinks, lambda: sinks(Role.EDITOR)), (switches, lambda: switches(True)), (leaves, None)):
        loses()
        assert Client().post(links[0], {"hours": "8"}).status_code == 404
        assert muted_until(cast) is None
        if again:
            again()
            assert Client().get(links[0]).status_code == 200


def test_a_screens_page_mutes_and_unmutes(cast, signed_in, alive):
    ben, page = signed_in(cast.ben), f"/o/harbour/screens/{alive.public_id}/"
    assert ben.post(page + "muting", {"hours": "24"}).status_code == 302
    assert "Muted until" in ben.get(page).content.decode()
    assert ben.post(page + "muting", {"hours": "0"}).status_code == 302
    assert (muted_until(cast), "Muted until" in ben.get(page).content.decode()) == (None, False)
    assert signed_in(cast.cleo).post(page + "muting", {"hours": "24"}).status_code == 403


def test_the_page_of_alerts_shows_what_lasts_and_saves_what_people_hear_of(cast, signed_in, alive):
    ben, page = signed_in(cast.ben), "/o/harbour/screens/alerts/"
    assert "No screen is in trouble." in ben.get(page).content.decode()
    pass_time(230)
    shown = ben.get(page).content.decode()
    assert ("Lobby" in shown, "No screen is muted." in shown) == (True, True)
    said = {"kinds": ["offline", "late"], "never_seen_hours": "5", "errors_from": "50", "silent_minutes": "3"}
    assert ben.post(page, said).status_code == 302
    assert ben.post(page, {**said, "errors_from": "1"}).status_code == 422
    cleo = signed_in(cast.cleo)
    assert (cleo.get(page).status_code, cleo.post(page, said).status_code) == (200, 403)
    assert signed_in(cast.mallory).get(page).status_code == 404


@pytest.mark.parametrize(("role", "right", "status"), [(Role.EDITOR, Role.VIEWER, 404), (Role.VIEWER, Role.EDITOR, 200)])
def test_a_right_on_the_screen_itself_stands_in_place_of_the_role(cast, links, alive, role, right, status):
    with cast.at_harbour(cast.ann):
        Membership.objects.filter(person=cast.ben).update(role=role)
        member = Membership.objects.get(person=cast.ben)
        ann = Membership.objects.get(person=cast.ann)
        organizations.give_right(by=ann, member=member, about=alive, name=alive.name, role=right)
    assert Client().post(links[0], {"hours": "8"}).status_code == status


def test_an_unmuted_screen_is_told_of_no_sooner_than_any_other(cast, alive):
    now = clock.now()
    with cast.at_harbour(cast.ben):
        alarming.mute(screens=[alive], hours=8, by=cast.ben)
        Alarm.objects.create(screen=alive, kind="frozen", since=now, due_at=now + timedelta(minutes=2))
        alarming.unmute(screens=[alive], by=cast.ben)
        assert Alarm.objects.get().due_at == now + timedelta(minutes=2)


@pytest.mark.parametrize("shorter", ["unmuted", "muted for less"])
def test_what_waits_for_the_end_of_a_mute_follows_it(cast, alive, shorter):
    now = clock.now()
    with cast.at_harbour(cast.ben):
        alarming.mute_until(screens=[alive], until=now + timedelta(days=7), by=cast.ben)
        for kind, since in (("offline", now), ("frozen", now - timedelta(days=1))):
            Alarm.objects.create(screen=alive, kind=kind, since=since, due_at=now + timedelta(days=7))
        if shorter == "unmuted":
            alarming.unmute(screens=[alive], by=cast.ben)
            due = {"offline": now + timedelta(seconds=30), "frozen": now}
        else:
            alarming.mute(screens=[alive], hours=8, by=cast.ben)
            due = dict.fromkeys(("offline", "frozen"), now + timedelta(hours=8))
        found = dict(Alarm.objects.values_list("kind", "due_at"))
    assert {kind: at.replace(microsecond=0) for kind, at in found.items()} == {
        kind: at.replace(microsecond=0) for kind, at in due.items()
    }
