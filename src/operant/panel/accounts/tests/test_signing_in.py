"""Every attempt to sign in is one row, and the owner of the account hears what they should, once."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection
from django.test import Client

from operant.panel.accounts import events, origins, queries
from operant.panel.accounts.actions import signing_in
from operant.panel.accounts.models import Person, SignIn
from operant.platform import clock, tenancy
from operant.platform.messaging import outbox
from operant.testing.cast import PASSWORD, person
from operant.testing.factors import code_of, with_app
from operant.testing.mail import code_in, link_in
from operant.testing.queue import run_chore, run_jobs

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.4 Mobile/15E148 Safari/604.1"
)
HOME, OFFICE, ABROAD = "193.0.0.1", "193.0.0.77", "202.12.29.1"
ADA = "ada@harbour.example"


def enter(ip=HOME, agent=FIREFOX, *, address=ADA, password=PASSWORD, client=None, **headers):
    client = client or Client()
    client.answer = client.post(
        "/accounts/login/", {"login": address, "password": password}, REMOTE_ADDR=ip, HTTP_USER_AGENT=agent, **headers
    )
    return client


def rows(**among):
    found = SignIn.objects.filter(**among).order_by("at")
    return [(each.person and each.person.email, each.result, each.factor) for each in found]


def mails():
    run_jobs()
    return [mail for mail in outbox.latest() if "account" in mail.subject]


# Each attempt is written down


def test_signing_in_is_one_row_with_all_that_is_kept(cast, announced):
    browser = enter()
    (row,) = SignIn.objects.all()
    kept = {field.name: getattr(row, field.name) for field in SignIn._meta.fields if field.name not in {"id", "at"}}
    assert kept == {
        "person": cast.ada, "ip": HOME, "network": "193.0.0.0/24", "agent": FIREFOX, "browser": "Firefox", "system": "Linux",
        "country": "NL", "result": "ok", "factor": "password",
    }
    assert announced == [
        events.SignedIn(name="Ada", factor="password", browser="Firefox", place="NL", from_ip=HOME)
    ]
    assert browser.session["sign_in"] == str(row.pk)


def test_each_refusal_is_one_row(cast):
    cleo = cast.cleo
    cleo.is_active = False
    cleo.save(update_fields=["is_active"])
    enter(password="wrong wrong wrong")
    enter(address="nobody@harbour.example", password="wrong wrong wrong")
    enter(address=cleo.email)
    enter(address="no address", password="wrong wrong wrong")
    assert rows() == [
        (ADA, "wrong_password", "password"),
        (None, "unknown_address", "password"),
        (cleo.email, "switched_off", "password"),
    ]


def test_what_is_refused_by_a_limit_is_one_row_an_hour_from_each_network(cast):
    for _ in range(7):
        enter(password="wrong wrong wrong")
    assert rows() == [(ADA, "wrong_password", "password")] * 5 + [(ADA, "limited", "password")]
    enter(ABROAD, password="wrong wrong wrong")
    assert rows()[6:] == [(ADA, "limited", "password")]


def test_so_is_what_never_gets_to_the_form(cast):
    answers = [enter(address="", password="x").answer.status_code for _ in range(32)]
    assert (set(answers[:30]), answers[30:]) == ({200}, [429, 429])
    assert rows() == [(None, "limited", "password")]


def test_so_is_a_passkey_that_is_never_looked_at(cast):
    signed_in, answers = enter(), []
    for number in range(13):
        sent = {"credential": "{}", "login": ADA}
        posted = signed_in.post("/accounts/login/passkey/", sent, REMOTE_ADDR=HOME if number < 12 else ABROAD)
        answers.append(posted.status_code)
    assert answers == [302] * 10 + [429, 429, 302]
    assert rows()[1:] == [(None, "wrong_factor", "passkey")] * 10 + [
        (None, "limited", "passkey"), (None, "wrong_factor", "passkey"),
    ]


def test_a_wrong_code_from_a_mail_is_a_refusal(cast):
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": ADA})
    browser.post("/accounts/password/reset/confirm/", {"code": "AAAA-BBBB"})
    assert rows() == [(ADA, "wrong_code", "mail")]


def test_a_wrong_password_when_asked_again_is_another_refusal(cast):
    browser = enter()
    browser.post("/accounts/reauthenticate/", {"password": "wrong wrong wrong"})
    assert rows() == [(ADA, "ok", "password"), (ADA, "not_confirmed", "password")]


def test_who_just_signed_up_came_with_a_code_from_a_mail(cast, settings):
    settings.SIGN_UP, browser = "open", Client()
    run_jobs()
    browser.post(
        "/accounts/signup/",
        {"name": "Dora", "email": "dora@quay.example", "organization": "Quay", "password1": "lantern-herring-42"},
    )
    run_jobs()
    browser.post("/accounts/confirm-email/", {"code": code_in(outbox.latest()[0].text)})
    assert rows() == [("dora@quay.example", "ok", "mail")]


def test_a_welcome_link_signs_in_like_everything_else(cast):
    person = Person.objects.create_user("eve@harbour.example", None, name="Eve")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    link = queries.welcome_link(person).removeprefix(settings.PUBLIC_URL)
    browser = Client()
    browser.post(link, {"new_password1": "lantern-herring-42", "new_password2": "lantern-herring-42"})
    assert (rows(), browser.get("/me/").status_code) == ([("eve@harbour.example", "ok", "password")], 200)


def test_signing_out_is_told(cast, announced):
    browser = enter()
    browser.post("/accounts/logout/")
    assert announced[1:] == [events.SignedOut(name="Ada")]


# What people and programs send as who they are


def test_a_forged_address_is_not_believed(cast, settings):
    enter(HTTP_X_FORWARDED_FOR="6.6.6.6")
    settings.TRUSTED_PROXIES = 1
    enter("10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 202.12.29.1")
    assert list(SignIn.objects.order_by("at").values_list("ip", flat=True)) == [HOME, "202.12.29.1"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("x" * 10_000, "x" * 300),
        ("Mozilla\r\nSet-Cookie: planted=1\x00\x1b[31m", "Mozilla Set-Cookie: planted=1 [31m"),
        ("", ""),
        ("\xff\xfe\x80\u202e Firefox/1", "\xff\xfe \u202e Firefox/1"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_whatever_calls_itself_a_browser(cast, sent, kept):
    browser = enter(agent=sent)
    (row,) = SignIn.objects.all()
    assert (row.agent, row.result) == (kept, "ok")
    page = browser.get("/me/sessions/").content.decode()
    assert "<script>alert" not in page
    assert browser.get("/me/sessions/?format=csv").status_code == 200


@pytest.mark.parametrize(
    "login", [b"%00ada", b"%ff%fe@x.example", b"a" * 10_000, b"%0d%0aBcc:all@x.example", "ada\u202e@x".encode()]
)
def test_whatever_calls_itself_an_address(cast, settings, login):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "2/m/ip"}
    body = b"login=" + login + b"&password=wrong-wrong-wrong"
    answers = {
        Client().generic("POST", "/accounts/login/", body, content_type="application/x-www-form-urlencoded").status_code
        for _ in range(3)
    }
    assert answers == {200, 429}


def test_the_database_says_when_whatever_the_machines_clock_says(cast):
    origin = origins.of(enter().answer.wsgi_request)
    with clock.frozen(clock.now() - timedelta(days=400)):
        second = signing_in.refuse(person=cast.ada, origin=origin, result=SignIn.Result.LIMITED)
    first, latest = SignIn.objects.order_by("at")
    assert (latest.pk, first.result) == (second.pk, "ok")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_default, data_type FROM information_schema.columns "
            "WHERE table_name = 'accounts_sign_in' AND column_name = 'at'"
        )
        assert cursor.fetchall() == [("statement_timestamp()", "timestamp with time zone")]


# Mails


def test_the_first_sign_in_is_no_news(cast):
    enter()
    assert mails() == []


def test_a_new_device_is_told_once(cast):
    enter()
    enter(agent=PHONE)
    enter(agent=PHONE)
    (mail,) = mails()
    assert (mail.to, mail.subject) == (ADA, "A new device signed in to your Operant account")
    assert link_in(mail.text) == f"{settings.PUBLIC_URL}/me/sessions/"
    assert "With: Mobile Safari on iOS\nFrom: Netherlands, 193.0.0.1\n" in mail.text


def test_a_new_place_is_told_once(cast):
    enter()
    enter(OFFICE)
    enter(ABROAD)
    enter(ABROAD)
    (mail,) = mails()
    assert (mail.subject, "From: Australia, 202.12.29.1" in mail.text) == (
        "A new place signed in to your Operant account", True,
    )


def test_where_no_country_is_known_a_new_network_is_a_new_place(cast):
    enter("10.0.0.7")
    enter("10.0.0.8")
    assert mails() == []
    enter("10.9.0.7")
    assert ["From: an unknown place, 10.9.0.7" in mail.text for mail in mails()] == [True]


def test_somebody_elses_device_is_new_to_me(cast):
    enter()
    enter(agent=PHONE, address="ben@harbour.example")
    enter(agent=PHONE)
    assert [mail.to for mail in mails()] == [ADA]


def test_what_was_refused_before_is_still_new(cast):
    enter()
    enter(ABROAD, password="wrong wrong wrong")
    enter(ABROAD)
    assert [mail.subject for mail in mails()] == ["A new place signed in to your Operant account"]


def test_a_right_password_without_the_second_factor_is_kept_and_the_third_is_told(cast):
    secret, _ = with_app(cast.ada)
    run_jobs()
    for _ in range(3):
        enter().get("/accounts/login/", follow=True)  # looked at again, it is still one
    with clock.frozen():
        browser = enter()
        browser.post("/accounts/login/factor/", {"code": code_of(secret)})
    assert rows() == [(ADA, "unfinished", "password")] * 3 + [(ADA, "ok", "password+totp")]
    run_jobs()
    (mail,) = [each for each in outbox.latest() if "did not get past your second factor" in each.subject]
    assert (mail.to, "typed your password 3 times" in mail.text) == (ADA, True)
    assert "Second factor not shown" in browser.get("/me/sessions/").content.decode()


# Kept as long as the account


def test_rows_live_as_long_as_the_account_and_no_longer(cast):
    eve = person("Eve", "harbour")
    enter(address=eve.email)
    enter(address=eve.email, password="wrong wrong wrong")
    enter(address="nobody@harbour.example", password="wrong wrong wrong")
    run_jobs()
    run_chore("accounts.forget_attempts")
    assert len(rows()) == 3
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_sign_in SET at = at - interval '20 years'")
    run_chore("accounts.forget_attempts")
    assert [result for _, result, _ in rows(person=eve)] == ["ok", "wrong_password"]
    assert len(rows()) == 2
    with tenancy.person_scope(eve.pk):
        eve.delete()
    assert rows() == []
