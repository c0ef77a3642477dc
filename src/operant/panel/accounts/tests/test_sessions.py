"""Who is signed in where, and how that ends: one, all others, and with a new password."""

import csv
import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operant.panel.accounts import events, queries
from operant.panel.accounts.models import Person, Session, SignIn
from operant.panel.accounts.sessions import fingerprint
from operant.panel.organizations.models import Membership
from operant.platform import clock
from operant.platform.live import tokens
from operant.platform.tenancy.ids import public_id
from operant.testing.cast import PASSWORD

from .test_signing_in import ABROAD, HOME, PHONE, enter


def listed(browser):
    """Return what the page lists as signed in: the device, and whether it is this one."""
    return [(each["device"], each["is_this"]) for each in browser.get("/me/sessions/").context["sessions"]]


def address_of(sign_in):
    return f"/me/sessions/{public_id('ses', sign_in.pk)}/ending"


def is_in(browser):
    return browser.get("/me/").status_code == 200


def test_a_second_browser_is_seen_and_ended(cast, announced):
    first, second = enter(), enter(ABROAD, PHONE)
    assert listed(first) == [("Firefox on Linux", True), ("Mobile Safari on iOS", False)]
    assert listed(second) == [("Mobile Safari on iOS", True), ("Firefox on Linux", False)]
    answer = first.post(address_of(SignIn.objects.get(ip=ABROAD)))
    assert (answer.status_code, answer["Location"]) == (302, "/me/sessions/")
    assert (is_in(first), is_in(second)) == (True, False)
    assert listed(first) == [("Firefox on Linux", True)]
    assert announced[2:] == [events.SessionsEnded(name="Ada", count=1)]
    assert first.post(address_of(SignIn.objects.get(ip=ABROAD))).status_code == 410


def test_all_others_end_at_once(cast, announced):
    first, second, third = enter(), enter(), enter(agent=PHONE)
    stranger = enter(address="ben@harbour.example")
    first.post("/me/sessions/others/ending")
    assert [is_in(each) for each in (first, second, third, stranger)] == [True, False, False, True]
    assert announced[4:] == [events.SessionsEnded(name="Ada", count=2)]
    first.post("/me/sessions/others/ending")
    assert announced[5:] == []


def test_nobody_ends_the_session_of_somebody_else(cast):
    ada, mallory = enter(), enter(address="mallory@meadow.example")
    addresses = address_of(SignIn.objects.get(person=cast.ada)), address_of(SignIn(pk=uuid4()))
    hers, none = (mallory.post(address) for address in addresses)
    assert (hers.status_code, none.status_code) == (410, 410)
    assert hers.context["sentence"] == none.context["sentence"]
    mallory.post("/me/sessions/others/ending")
    assert is_in(ada)
    assert "Ada" not in mallory.get("/me/sessions/").content.decode()


def test_sessions_are_ended_by_a_click_and_not_by_a_link(cast):
    browser = enter()
    for address in (address_of(SignIn.objects.get()), "/me/sessions/others/ending"):
        assert browser.get(address).status_code == 405
    assert is_in(browser)


def test_a_new_password_ends_all_other_sessions(cast, announced):
    first, second = enter(), enter(agent=PHONE)
    new = "lantern-herring-42"
    first.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(first), is_in(second)) == (True, False)
    assert listed(first) == [("Firefox on Linux", True)]
    # Visitors whom nobody knows have sessions as well.
    assert list(Session.objects.exclude(person=None).values_list("person", "sign_in__ip")) == [(cast.ada.pk, HOME)]
    assert announced[2:] == [events.PasswordChanged(name="Ada"), events.SessionsEnded(name="Ada", count=1)]


def test_a_session_that_a_new_password_closed_is_not_listed(cast):
    first = enter()
    second = enter(agent=PHONE)
    cast.ada.set_password("lantern-herring-42")
    cast.ada.save(update_fields=["password"])
    third = enter(password="lantern-herring-42")
    assert (is_in(first), is_in(second)) == (False, False)
    assert listed(third) == [("Firefox on Linux", True)]


def test_signing_out_takes_the_session_off_the_list(cast):
    first, second = enter(), enter(agent=PHONE)
    second.post("/accounts/logout/")
    assert listed(first) == [("Firefox on Linux", True)]


def test_when_a_browser_was_last_seen_is_written_now_and_then(cast):
    with clock.frozen() as begun:
        browser = enter()
        clock.advance(timedelta(minutes=4))
        browser.get("/me/")
        assert Session.objects.get(person=cast.ada).seen_at == begun
        seen = clock.advance(timedelta(minutes=2))
        with CaptureQueriesContext(connection) as asked:
            browser.get("/me/")
        assert [each["sql"][:25] for each in asked if "UPDATE" in each["sql"]] == ['UPDATE "accounts_session"']
        assert Session.objects.get(person=cast.ada).seen_at == seen
        with CaptureQueriesContext(connection) as asked:
            browser.get("/me/")
        assert [each for each in asked if "UPDATE" in each["sql"]] == []


def test_a_session_from_before_this_was_kept_is_listed_once_it_is_seen(cast, signed_in):
    before, now = signed_in(cast.ada), enter()
    kept = Session.objects.filter(pk=fingerprint(before.session.session_key))
    assert kept.update(person=None, sign_in=None) == 1
    assert len(listed(now)) == 1
    before.get("/me/")
    assert listed(now) == [("Firefox on Linux", True), ("Signed in before sign-ins were kept", False)]
    now.post("/me/sessions/others/ending")
    assert not is_in(before)


def test_the_history_is_filtered_and_taken_along(cast):
    browser = enter()
    enter(ABROAD, password="wrong wrong wrong")
    lines = list(csv.reader(io.StringIO(browser.get("/me/sessions/?format=csv").getvalue().decode("utf-8-sig"))))
    assert lines[0] == ["When", "Result", "With", "Browser", "Place", "Address"]
    assert [line[1:] for line in lines[1:]] == [
        ["Wrong password", "Password", "Firefox on Linux", "Australia", ABROAD],
        ["Signed in", "Password", "Firefox on Linux", "Netherlands", HOME],
    ]
    narrowed = browser.get("/me/sessions/?result=wrong_password").context["table"]
    assert [row.ip for row in narrowed._sorted] == [ABROAD]


def test_the_page_asks_as_much_for_thirty_as_for_three(cast):
    browser = enter()

    def asked(count):
        for _ in range(count):
            copy = SignIn.objects.get(pk=browser.session["sign_in"])
            copy.pk = uuid4()
            copy.save(force_insert=True)
            Session.objects.create(
                session_key=uuid4().hex, session_data=browser.session.encode(dict(browser.session)), person=cast.ada,
                sign_in=copy, expire_date=clock.now() + timedelta(days=1),
            )
        with CaptureQueriesContext(connection) as asked_now:
            assert len(listed(browser)) > count
        return len(asked_now)

    browser.get("/me/sessions/")
    assert asked(3) == asked(27)


def test_a_session_that_was_ended_comes_back_by_nothing_that_is_under_way(cast):
    browser = enter()
    under_way = browser.session
    assert under_way["sign_in"]
    Session.objects.filter(person=cast.ada).delete()
    with pytest.raises(UpdateError):
        under_way.save()
    assert not Session.objects.filter(person=cast.ada).exists()


def test_nobody_sees_the_page_without_signing_in(cast):
    assert Client().get("/me/sessions/")["Location"] == "/accounts/login/?next=/me/sessions/"


def test_what_is_open_in_a_session_is_told_that_it_ended(cast):
    first, second = enter(), enter(agent=PHONE)
    (token,) = re.findall(r'<ot-live[^>]* topics="([^"]+)"', second.get("/o/harbour/dashboards/").content.decode())
    held = second.session["sign_in"]
    inside = ("dashboards", f"inbox:{cast.ada.pk}")
    with cast.at_harbour():
        of_reader = (f"session/{held}", f"member/{Membership.objects.get(person=cast.ada).standing}")
    assert tokens.redeem(token) == {*(f"{cast.harbour.pk}/{topic}" for topic in inside), *of_reader}
    assert queries.is_signed_in(held)
    with CaptureQueriesContext(connection) as asked:
        first.post("/me/sessions/others/ending")
    assert len([each for each in asked if f"session/{held}" in each["sql"] and "pg_notify" in each["sql"]]) == 1
    assert not queries.is_signed_in(held)


def test_a_page_asks_for_the_session_and_its_person_at_once(cast):
    browser = enter()
    with CaptureQueriesContext(connection) as asked:
        assert is_in(browser)
    about = [each["sql"] for each in asked if 'FROM "accounts_' in each["sql"]]
    assert [re.findall(r'(?:FROM|JOIN) "(\w+)"', each) for each in about] == [["accounts_session", "accounts_person"]]


def test_whose_a_session_is_stands_in_what_is_sealed(cast):
    browser = enter()
    Session.objects.update(person=cast.mallory)
    assert "ada@harbour.example" in browser.get("/me/").content.decode()
    Session.objects.update(person=None)
    assert "ada@harbour.example" in browser.get("/me/").content.decode()


def test_who_was_switched_off_is_out(cast):
    browser = enter()
    Person.objects.filter(pk=cast.ada.pk).update(is_active=False)
    assert not is_in(browser)


def test_a_session_that_began_in_a_way_that_is_no_longer_offered_is_over(cast, settings):
    browser = enter()
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    assert not is_in(browser)
