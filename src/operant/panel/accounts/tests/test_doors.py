import hashlib
import re
from importlib import import_module

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client

from operant.panel.accounts import adapter
from operant.panel.accounts.models import Person, Session
from operant.panel.accounts.sessions import SessionStore, fingerprint
from operant.panel.organizations.models import Membership
from operant.platform import tenancy
from operant.platform.messaging import outbox
from operant.testing.cast import PASSWORD
from operant.testing.mail import code_in
from operant.testing.queue import run_jobs

SIGN_UP = {
    "name": "Dora",
    "email": "dora@quay.example",
    "organization": "Quay",
    "password1": "lantern-herring-42",
}


@pytest.fixture
def browser(cast) -> Client:
    run_jobs()
    return Client()


def mailed() -> outbox.Mail:
    run_jobs()
    return outbox.latest()[0]


def code() -> str:
    return code_in(mailed().text)


# Sign-up and its policy


def test_a_stranger_signs_up_with_a_code_from_the_mail(browser, settings):
    settings.SIGN_UP = "open"
    answer = browser.post("/accounts/signup/", SIGN_UP)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
    answer = browser.post("/accounts/confirm-email/", {"code": code()})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert browser.get("/", follow=True).redirect_chain[-1][0] == "/o/quay/"
    person = Person.objects.get(email="dora@quay.example")
    with tenancy.person_scope(person.pk):
        assert [(each.role, each.person_id) for each in Membership.objects.all()] == [("owner", person.pk)]


def test_a_wrong_code_signs_nobody_in(browser, settings):
    settings.SIGN_UP = "open"
    browser.post("/accounts/signup/", SIGN_UP)
    browser.post("/accounts/confirm-email/", {"code": "AAAAAA"})
    assert browser.get("/me/").status_code == 302


@pytest.mark.parametrize("policy", ["invited", "nobody"])
def test_a_closed_house_takes_nobody_and_says_so(browser, settings, policy):
    settings.SIGN_UP = policy
    for answer in (browser.get("/accounts/signup/"), browser.post("/accounts/signup/", SIGN_UP)):
        assert (answer.status_code, "password1" in answer.content.decode()) == (200, False)
    assert not Person.objects.filter(email="dora@quay.example").exists()


def test_an_address_that_has_an_account_is_not_given_away(browser, settings):
    settings.SIGN_UP = "open"
    new = browser.post("/accounts/signup/", SIGN_UP)
    known = Client().post("/accounts/signup/", {**SIGN_UP, "email": "ada@harbour.example"})
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert (mailed().to, mailed().subject) == ("ada@harbour.example", "You already have an Operant account")


@pytest.mark.parametrize("password", ["short", "password1234", "dora@quay.example", "1qaz2wsx3edc"])
def test_a_weak_password_is_refused_at_its_field(browser, settings, password):
    settings.SIGN_UP = "open"
    answer = browser.post("/accounts/signup/", {**SIGN_UP, "password1": password})
    assert not Person.objects.filter(email="dora@quay.example").exists()
    assert answer.context["form"].errors.keys() == {"password1"}


def test_what_fills_hidden_fields_is_no_person(browser, settings):
    settings.SIGN_UP = "open"
    browser.post("/accounts/signup/", {**SIGN_UP, "website": "https://spam.example"})
    assert not Person.objects.filter(email="dora@quay.example").exists()


# Sign-in and reset


def test_signing_in_and_out(browser):
    answer = browser.post("/accounts/login/", {"login": "ada@harbour.example", "password": PASSWORD})
    assert (answer.status_code, browser.get("/me/").status_code) == (302, 200)
    browser.post("/accounts/logout/")
    assert browser.get("/me/").status_code == 302


def test_signing_in_changes_the_sessions_key(browser):
    browser.get("/accounts/login/")
    before = browser.session.session_key
    browser.post("/accounts/login/", {"login": "ada@harbour.example", "password": PASSWORD})
    assert browser.session.session_key not in {None, before}


def test_a_wrong_password_and_an_unknown_address_look_the_same(browser):
    answers = [
        browser.post("/accounts/login/", {"login": login, "password": "not the password"}).content.decode()
        for login in ("ada@harbour.example", "nobody@harbour.example")
    ]
    errors = [re.findall(r"<p[^>]*>([^<]*password[^<]*)</p>", text) for text in answers]
    assert errors[0] == errors[1]


def test_a_forgotten_password_is_set_anew_with_a_code(browser):
    enter = browser.post("/accounts/password/reset/", {"email": "ada@harbour.example"})["Location"]
    answer = browser.post(enter, {"code": code()}, follow=True)
    form = answer.redirect_chain[-1][0]
    new = "lantern-herring-42"
    browser.post(form, {"password1": new, "password2": new}, follow=True)
    fresh = Client()
    fresh.post("/accounts/login/", {"login": "ada@harbour.example", "password": new})
    assert fresh.get("/me/").status_code == 200


# The session and its cookie


def test_a_session_is_sealed_in_the_database(browser):
    browser.post("/accounts/login/", {"login": "ada@harbour.example", "password": PASSWORD})
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM accounts_session WHERE session_key = %s", [fingerprint(key)])
        ((kept,),) = cursor.fetchall()
    assert "_auth_user" not in kept
    assert Session.objects.get(pk=fingerprint(key)).get_decoded()["_auth_user_id"] == str(
        Person.objects.get(email="ada@harbour.example").pk
    )


def test_what_is_kept_of_a_session_lets_nobody_in(browser):
    browser.post("/accounts/login/", {"login": "ada@harbour.example", "password": PASSWORD})
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    kept = hashlib.sha256(key.encode()).hexdigest()
    assert list(Session.objects.values_list("pk", flat=True)) == [kept]
    entered = []
    for shown in (key, kept):
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = shown
        entered.append(thief.get("/me/").status_code)
    assert entered == [200, 302]


def test_a_session_is_found_and_ended_by_its_key_alone_on_every_way(db):
    async def there_and_gone() -> tuple:
        made = SessionStore()
        made["word"] = "lighthouse"
        await made.asave()
        kept = fingerprint(made.session_key)
        there = await made.aexists(made.session_key), await made.aexists(kept), await SessionStore(made.session_key).aget("word")
        await made.adelete(kept)
        still = await made.aexists(made.session_key)
        await made.adelete()
        return there, still, await made.aexists(made.session_key)

    assert async_to_sync(there_and_gone)() == ((True, False, "lighthouse"), True, False)


def test_sessions_from_before_keys_were_hashed_go_on(browser):
    browser.post("/accounts/login/", {"login": "ada@harbour.example", "password": PASSWORD})
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    Session.objects.update(session_key=key)
    assert browser.get("/me/").status_code == 302
    browser.cookies[settings.SESSION_COOKIE_NAME] = key
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(import_module("operant.panel.accounts.migrations.0006_keys_of_sessions_are_hashed").HASHED)
    assert browser.get("/me/").status_code == 200


def test_a_session_that_was_tampered_with_is_nobody(browser, signed_in, cast):
    client = signed_in(cast.ada)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    other = signed_in(cast.ben).cookies[settings.SESSION_COOKIE_NAME].value
    taken = Session.objects.get(pk=fingerprint(other)).session_data
    assert Session.objects.filter(pk=fingerprint(key)).update(session_data="AQ" + taken[2:-4] + "AAAA") == 1
    assert client.get("/me/").status_code == 302


def test_the_cookies_are_exactly_ours_and_out_of_scripts_reach(browser):
    browser.post("/accounts/login/", {"login": "ada@harbour.example", "password": PASSWORD})
    (cookie,) = browser.cookies.values()
    assert (cookie.key, cookie["httponly"], cookie["samesite"]) == ("ot-session", True, "Lax")


def test_a_parent_domain_carries_the_session_to_its_subdomains(cast, settings):
    settings.SESSION_COOKIE_DOMAIN, settings.ALLOWED_HOSTS = "harbour.test", ["one.harbour.test", "two.harbour.test"]
    browser = Client(SERVER_NAME="one.harbour.test")
    browser.post("/accounts/login/", {"login": "ada@harbour.example", "password": PASSWORD})
    assert browser.cookies["ot-session"]["domain"] == "harbour.test"
    assert browser.get("/me/", SERVER_NAME="two.harbour.test").status_code == 200


def test_two_session_cookies_of_one_name_are_both_cleared(signed_in, cast):
    key = signed_in(cast.ada).cookies["ot-session"].value
    answer = Client().get("/me/", headers={"cookie": f"ot-session=planted; ot-session={key}"})
    assert answer.status_code == 302
    assert (answer.cookies["ot-session"].value, answer.cookies["ot-session"]["max-age"]) == ("", 0)


def test_one_session_cookie_among_others_is_believed(signed_in, cast):
    key = signed_in(cast.ada).cookies["ot-session"].value
    answer = Client().get("/me/", headers={"cookie": f"ot-theme=dark; xot-session=1; ot-session={key}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_write_from_another_site_is_refused(signed_in, cast, method, site):
    answer = getattr(signed_in(cast.ada), method)("/me/", headers={"sec-fetch-site": site})
    assert (answer.status_code, answer.json()["error"]) == (403, "cross_site")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none"])
def test_a_link_from_another_site_is_followed(signed_in, cast, site):
    assert signed_in(cast.ada).get("/me/", headers={"sec-fetch-site": site}).status_code == 200


def test_a_form_without_its_token_is_refused(signed_in, cast):
    client = signed_in(cast.ada)
    client.handler.enforce_csrf_checks = True
    answer = client.post("/me/", {"name": "Eve"})
    assert (answer.status_code, "open for too long" in answer.content.decode()) == (403, True)
    assert Person.objects.get(pk=cast.ada.pk).name == "Ada"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        (2, "1.1.1.1, 6.6.6.6, 9.9.9.9", "6.6.6.6"),
        (2, "6.6.6.6", "127.0.0.1"),
        (1, "9.9.9.9:4711", "9.9.9.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "unknown", "127.0.0.1"),
    ],
)
def test_only_named_proxies_say_who_came(rf, settings, proxies, forwarded, seen):
    from operant.panel.accounts.adapter import client_ip

    settings.TRUSTED_PROXIES = proxies
    assert client_ip(rf.get("/", headers={"x-forwarded-for": forwarded})) == seen


@pytest.mark.parametrize("key", ["YWJj", "_w", "x", "%20"])
def test_a_welcome_link_that_names_nobody_has_ended(browser, key):
    assert browser.get(f"/welcome/{key}/abc-def/").status_code == 410


def test_the_pages_of_an_account_have_the_shell_of_the_organization(cast, signed_in):
    for page in ("/accounts/password/change/", "/me/mail/"):
        assert 'href="/o/harbour/dashboards/"' in signed_in(cast.ben).get(page).content.decode()


@pytest.mark.parametrize("charset", ["rot13", "hex", "idna", "undefined", "latin-1"])
def test_a_form_in_another_encoding_is_refused(browser, charset):
    body = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\nada\r\n--x--\r\n'
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    answer = browser.generic("POST", "/accounts/login/", body, content_type=kind)
    assert answer.status_code == 400


def test_signing_up_again_takes_a_hash_as_signing_up_does(cast, browser, settings, monkeypatch):
    settings.SIGN_UP, hashed = "open", []
    monkeypatch.setattr(adapter, "make_password", hashed.append)
    answer = browser.post("/accounts/signup/", SIGN_UP | {"email": cast.ada.email})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
    assert len(hashed) == 1


def test_the_slower_of_two_equal_sign_ups_goes_where_the_first_one_went(browser, settings, monkeypatch):
    def taken(*args, **kwargs):
        raise IntegrityError

    settings.SIGN_UP = "open"
    monkeypatch.setattr(Person, "save", taken)
    answer = browser.post("/accounts/signup/", SIGN_UP)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
