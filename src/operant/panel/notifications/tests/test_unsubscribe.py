import re
from uuid import uuid4

import pytest
from django.test import Client

from operant.platform import tenancy
from operant.platform.events.models import Announcement

from .. import links, queries
from ..actions import wishing

CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def link(cast, went_offline, pass_time, mails, settings):
    """The address in a mail to Ben, as his mail program calls it."""
    went_offline("Lobby")
    pass_time(seconds=60)
    return mails(cast.ben)[0].unsubscribe.removeprefix(settings.PUBLIC_URL)


def wanted(person) -> list[str]:
    wishes = queries.own_wishes(person)
    return [name for name in ("screens", "data", "people", "programs", "audit") if wishes.wants(name, "mail")]


def test_one_click_ends_the_mails_of_its_category_without_a_session(cast, link, went_offline, pass_time, mails):
    program = Client(enforce_csrf_checks=True)
    answer = program.post(link, CLICK)
    assert (answer.status_code, answer.content, answer.cookies) == (200, b"These mails have ended.\n", {})
    assert wanted(cast.ben) == ["data", "people", "programs", "audit"]
    went_offline("Dispatch")
    pass_time(minutes=20)
    assert (len(mails(cast.ben)), len(mails(cast.ada))) == (1, 2)


def test_looking_at_the_link_changes_nothing(cast, link):
    browser = Client()
    for method in ("get", "head", "options"):
        getattr(browser, method)(link)
    page = browser.get(link).content.decode()
    assert ("Stop these mails?" in page, len(wanted(cast.ben))) == (True, 5)


def test_the_page_ends_them_and_takes_them_up_again(cast, link):
    browser = Client(enforce_csrf_checks=True)
    page = browser.post(link, {"mails": "off"}).content.decode()
    assert ("Get them again" in page, "screens" in wanted(cast.ben)) == (True, False)
    page = browser.post(link, {"mails": "on"}).content.decode()
    assert ("Stop these mails" in page, "screens" in wanted(cast.ben)) == (True, True)


def test_clicked_twice_is_clicked_once(cast, link):
    for _ in range(2):
        assert Client().post(link, CLICK).status_code == 200
    with tenancy.organization_scope(tenancy.OPERATOR):
        facts = Announcement.objects.filter(name="notifications.mail.stopped")
        assert [(each.event().sentence(), each.actor_id) for each in facts] == [
            ("Ben ended mails about Screens with the link in one", cast.ben.pk)
        ]


def test_the_link_of_a_summary_ends_all_that_can_be_ended(cast, at_noon):
    Client().post(f"/u/{links.issue(links.Ending(cast.ben.pk, 'summary'))}", CLICK)
    assert (wanted(cast.ben), len(wanted(cast.ada))) == ([], 5)
    assert queries.own_wishes(cast.ben).wants("account", "mail")


def test_a_link_names_its_person_and_category_for_ever(cast):
    for category in ("screens", "data", "people", "programs", "audit", "summary"):
        token = links.issue(links.Ending(cast.ben.pk, category))
        assert (len(token), links.read(token)) == (36, links.Ending(cast.ben.pk, category))


def test_a_link_outlives_the_key_that_made_it_as_long_as_that_is_known(cast, settings):
    token, old = links.issue(links.Ending(cast.ben.pk, "screens")), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a newer one", ["another", old]
    assert links.read(token) == links.Ending(cast.ben.pk, "screens")
    assert links.issue(links.Ending(cast.ben.pk, "screens")) != token
    settings.SECRET_KEY_FALLBACKS = ["another"]
    assert links.read(token) is None


def test_no_link_ends_what_is_essential(cast):
    token = links.issue(links.Ending(cast.ben.pk, "security"))
    assert (links.read(token), Client().post(f"/u/{token}", CLICK).status_code) == (None, 404)


def test_a_forged_link_is_none(cast):
    good = links.issue(links.Ending(cast.ben.pk, "screens"))
    other = links.issue(links.Ending(cast.ada.pk, "people"))
    forged = [good[:12] + other[12:], good[:-3] + other[-3:], good[:-1], good + "A", good.swapcase(), "ä" * 36, "*" * 36, "A" * 36]
    assert [links.read(each) for each in forged] == [None] * len(forged)
    assert [Client().post(f"/u/{each}", CLICK).status_code for each in forged] == [404] * len(forged)
    assert (len(wanted(cast.ben)), len(wanted(cast.ada))) == (5, 5)


def test_the_link_of_an_account_that_ended_is_none(cast):
    cast.ben.is_active = False
    with tenancy.reception():
        cast.ben.save()
    assert Client().get(f"/u/{links.issue(links.Ending(cast.ben.pk, 'screens'))}").status_code == 404
    assert Client().get(f"/u/{links.issue(links.Ending(uuid4(), 'screens'))}").status_code == 404


def test_the_page_says_nothing_about_its_person(cast, link):
    page = Client().get(link).content.decode()
    assert re.findall(r"(?i)ben\b|harbour", page) == []


def test_ending_mails_leaves_the_inbox(cast, link, went_offline, heard):
    Client().post(link, CLICK)
    went_offline("Dispatch")
    assert len(heard(cast.ben)) == 2


def test_a_window_opened_before_the_click_does_not_undo_it(cast, link, signed_in):
    browser = signed_in(cast.ben)
    page = browser.get("/me/notifications").content.decode()
    (shown,) = re.findall(r'name="shown" value="([^"]*)"', page)
    Client().post(link, CLICK)
    ticked = [each for each in shown.split() if each != "people.mail"]
    browser.post("/me/notifications", {"shown": shown, "wish": ticked})
    assert wanted(cast.ben) == ["data", "programs", "audit"]


def test_wishes_that_a_page_cannot_have_are_refused(cast):
    from operant.platform.refusals import Invalid

    for box in (("security", "mail"), ("account", "inbox"), ("screens", "sms"), ("nonsense", "mail")):
        with pytest.raises(Invalid):
            wishing.change(person=cast.ben, changes={box: False})
