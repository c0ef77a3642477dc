"""Between the password and the session, and asking again: as a browser meets it."""

import json
import threading
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator as Row
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client

from operant.panel.accounts import codes, queries
from operant.panel.accounts.actions import factors
from operant.platform import clock
from operant.platform.refusals import Invalid
from operant.testing import cast as casting
from operant.testing import plugin
from operant.testing.cast import PASSWORD
from operant.testing.factors import HERE, code_of, shows, signing_in, with_app, with_passkey

FACTOR, AGAIN, APP = "/accounts/login/factor/", "/accounts/reauthenticate/factor/", "/me/security/app"


@pytest.fixture(autouse=True)
def _no_tries_yet(request):
    if "installation" not in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()


def is_in(browser: Client) -> bool:
    return browser.get("/me/", **HERE).status_code == 200


def enrolled(browser: Client, person) -> tuple[str, list[str]]:
    """Set an app up as people do, in a browser that is signed in."""
    browser.get(APP)
    secret = browser.session["accounts.enrolment"]["secret"]
    answer = browser.post(APP, {"code": code_of(secret)})
    assert answer.status_code == 201
    return secret, answer.context["codes"]


# Sign-in


def test_a_password_alone_signs_nobody_in_who_has_a_factor(cast):
    secret, _ = with_app(cast.ben)
    browser = signing_in(cast.ben)
    assert (is_in(browser), browser.get(FACTOR).status_code) == (False, 200)
    answer = browser.post(FACTOR, {"code": code_of(secret)})
    assert (answer.status_code, answer["Location"], is_in(browser)) == (302, "/", True)


def test_a_backup_code_signs_in_once(cast):
    _, made = with_app(cast.ben)
    for is_let_in in (True, False):
        browser = signing_in(cast.ben)
        assert browser.post(FACTOR, {"code": made[0]}).status_code == (302 if is_let_in else 422)
        assert is_in(browser) == is_let_in


def test_a_code_that_signed_in_elsewhere_is_used(cast):
    with clock.frozen():
        secret, _ = with_app(cast.ben)
        mine, theirs = signing_in(cast.ben), signing_in(cast.ben)
        mine.post(FACTOR, {"code": code_of(secret)})
        answer = theirs.post(FACTOR, {"code": code_of(secret)})
    assert (answer.status_code, is_in(mine), is_in(theirs)) == (422, True, False)
    assert "used already" in answer.content.decode()


def test_the_sessions_key_changes_when_the_factor_was_shown(cast):
    secret, _ = with_app(cast.ben)
    browser = signing_in(cast.ben)
    before = browser.session.session_key
    browser.post(FACTOR, {"code": code_of(secret)})
    assert browser.session.session_key not in {None, before}


def test_five_wrong_codes_close_the_door_for_right_ones_too(cast):
    secret, made = with_app(cast.ben)
    for _ in range(5):
        assert signing_in(cast.ben).post(FACTOR, {"code": "000000"}).status_code == 422
    for code in (code_of(secret), made[0]):
        answer = signing_in(cast.ben).post(FACTOR, {"code": code})
        assert (answer.status_code, "Too many wrong codes" in answer.content.decode()) == (422, True)


def test_attempts_are_counted_where_every_process_counts(settings):
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"


def test_the_page_for_the_factor_is_nobodys_without_a_password(browser_alone):
    assert browser_alone.get(FACTOR)["Location"] == "/accounts/login/"
    assert browser_alone.post(FACTOR, {"code": "123456"})["Location"] == "/accounts/login/"


@pytest.fixture
def browser_alone(cast) -> Client:
    return Client()


def test_a_welcome_link_asks_for_the_factor_as_well(cast):
    with_app(cast.ben)
    browser = Client()
    link = queries.welcome_link(cast.ben).partition("/welcome")[2]
    answer = browser.post(f"/welcome{link}", {"new_password1": "lantern-herring-42", "new_password2": "lantern-herring-42"})
    assert (answer["Location"], is_in(browser)) == (FACTOR, False)


# Setting up


def test_whoever_sets_up_a_factor_stays_and_other_sessions_end(cast):
    mine, other = signing_in(cast.ben), signing_in(cast.ben)
    pending = mine.session.session_key
    enrolled(mine, cast.ben)
    assert (is_in(mine), is_in(other), mine.session.session_key != pending) == (True, False, True)


def test_a_login_that_was_under_way_ends_without_the_new_factor(cast, monkeypatch):
    mine = signing_in(cast.ben)
    from operant.panel.accounts.adapter import AccountAdapter

    def meanwhile(self, request, user):
        enrolled(mine, cast.ben)
        return signed_in(self, request, user)

    signed_in = AccountAdapter.login
    monkeypatch.setattr(AccountAdapter, "login", meanwhile)
    assert not is_in(signing_in(cast.ben))


def test_two_tabs_set_up_one_app(cast):
    browser = signing_in(cast.ben)
    assert browser.get(APP).context["secret"] == browser.get(APP).context["secret"]
    secret, _ = enrolled(browser, cast.ben)
    answer = browser.post(APP, {"code": code_of(secret)})
    assert (answer.status_code, queries.factors(cast.ben).count()) == (422, 1)


def test_another_sessions_secret_is_of_no_use(cast):
    mine, theirs = signing_in(cast.ben), signing_in(cast.cleo)
    mine.get(APP), theirs.get(APP)
    code = code_of(mine.session["accounts.enrolment"]["secret"])
    assert (theirs.post(APP, {"code": code}).status_code, queries.has_factor(cast.cleo.pk)) == (422, False)


def test_a_secret_that_was_shown_eleven_minutes_ago_is_over(cast, signed_in):
    with clock.frozen():
        browser = signing_in(cast.ben)
        browser.get(APP)
        secret = browser.session["accounts.enrolment"]["secret"]
        session = browser.session
        clock.advance(timedelta(minutes=11))
        session["account_authentication_methods"] = [{"method": "password", "at": clock.now().timestamp()}]
        session.save()
        answer = browser.post(APP, {"code": code_of(secret)})
    assert (answer.status_code, "more than ten minutes" in answer.content.decode()) == (422, True)
    assert not queries.has_factor(cast.ben.pk)


def test_the_secret_is_in_the_session_only_and_sealed_there(cast):
    browser = signing_in(cast.ben)
    browser.get(APP)
    secret = browser.session["accounts.enrolment"]["secret"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(session_data, '') FROM accounts_session")
        assert secret not in cursor.fetchone()[0]


def test_allauths_recovery_codes_are_neither_kept_nor_reachable(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Row.objects.create(user=cast.ben, type=Row.Type.RECOVERY_CODES, data={"seed": "x"})
    assert signing_in(cast.ben).get("/accounts/2fa/recovery-codes/").status_code == 404


# Asking again


def test_who_proved_nothing_for_a_while_is_asked_and_led_back(cast):
    browser = signing_in(cast.ben)
    with clock.frozen():
        clock.advance(timedelta(minutes=6))
        answer = browser.get(APP)
    assert answer["Location"] == "/accounts/reauthenticate/?next=%2Fme%2Fsecurity%2Fapp"
    assert browser.post("/accounts/reauthenticate/?next=/me/security/app", {"password": PASSWORD})["Location"] == APP
    assert browser.get(APP).status_code == 200


def test_who_has_a_factor_is_asked_for_it_and_not_for_the_password(cast):
    secret, made = with_app(cast.ben)
    browser = signing_in(cast.ben)
    browser.post(FACTOR, {"code": code_of(secret)})
    with clock.frozen():
        clock.advance(timedelta(minutes=6))
        assert browser.post("/me/security/backup-codes")["Location"].startswith(AGAIN)
        answer = browser.post("/accounts/reauthenticate/?next=/me/", {"password": PASSWORD})
        assert answer["Location"].startswith(AGAIN)
        assert browser.post("/me/security/backup-codes")["Location"].startswith(AGAIN)
    answer = browser.post(f"{AGAIN}?next=/me/security/backup-codes", {"code": made[0]})
    # What was posted is posted again: here are the new codes.
    assert (answer.status_code, len(answer.context["codes"])) == (201, 10)


def test_wrong_codes_are_counted_when_asking_again_too(cast):
    secret, _ = with_app(cast.ben)
    browser = signing_in(cast.ben)
    browser.post(FACTOR, {"code": code_of(secret)})
    statuses = [browser.post(AGAIN, {"code": "000000"}).status_code for _ in range(5)]
    assert (statuses, browser.post(AGAIN, {"code": "000000"}).context["form"].errors["code"][0][:8]) == ([422] * 5, "Too many")


# Passkeys


def test_a_passkey_signs_in_without_a_password(cast):
    passkey = with_passkey(signing_in(cast.ben))
    browser = Client()
    answer = shows(browser, passkey, "/accounts/login/passkey/")
    assert (answer["Location"], is_in(browser)) == ("/", True)
    assert browser.get("/me/security/passkeys/new", **HERE).status_code == 200


def test_a_passkey_is_a_second_factor(cast):
    passkey = with_passkey(signing_in(cast.ben))
    browser = signing_in(cast.ben)
    assert not is_in(browser)
    assert (shows(browser, passkey, FACTOR)["Location"], is_in(browser)) == ("/", True)


def test_somebody_elses_passkey_is_no_second_factor_of_mine(cast):
    with_passkey(signing_in(cast.ben))
    stolen = with_passkey(signing_in(cast.mallory))
    browser = signing_in(cast.ben)
    assert (shows(browser, stolen, FACTOR, person=cast.ben.pk.hex).status_code, is_in(browser)) == (422, False)


def test_a_signature_is_taken_once(cast):
    passkey = with_passkey(signing_in(cast.ben))
    browser = Client()
    options = browser.post("/accounts/login/passkey/options", **HERE).json()
    posted = {"credential": json.dumps(passkey.shown(options))}
    session = dict(browser.session.items())
    browser.post("/accounts/login/passkey/", posted, **HERE)
    replaying = Client()
    replaying.get("/accounts/login/", **HERE)
    kept = replaying.session
    kept.update(session)
    kept.save()
    assert replaying.post("/accounts/login/passkey/", posted, **HERE)["Location"] == "/accounts/login/"
    assert (is_in(browser), is_in(replaying)) == (True, False)


def test_a_passkey_that_did_not_count_on_is_refused(cast):
    passkey = with_passkey(signing_in(cast.ben), counts=True)
    shows(Client(), passkey, "/accounts/login/passkey/")
    passkey.counter -= 1
    browser = Client()
    shows(browser, passkey, "/accounts/login/passkey/")
    assert not is_in(browser)


@pytest.mark.parametrize(
    "origin", ["http://localhost:9000", "http://sub.localhost", "https://localhost", "https://evil.example"]
)
def test_a_passkey_signs_for_this_very_address(cast, origin):
    passkey = with_passkey(signing_in(cast.ben))
    passkey.origin = origin
    browser = Client()
    shows(browser, passkey, "/accounts/login/passkey/")
    assert not is_in(browser)


def test_somebody_must_have_been_verified_by_the_device(cast):
    passkey = with_passkey(signing_in(cast.ben))
    passkey.flags = 0x01
    browser = Client()
    shows(browser, passkey, "/accounts/login/passkey/")
    assert not is_in(browser)


@pytest.mark.parametrize(
    "sent", ["", "{", "[]", "7", '"x"', "null", "{}", '{"id": 1}', '{"response": []}', '{"response": {"userHandle": 3}}',
             '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"","signature":""}}',
             '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}'],
)  # fmt: skip
def test_whatever_is_no_signature_is_refused_with_a_sentence(cast, sent):
    browser = Client()
    browser.post("/accounts/login/passkey/options", **HERE)
    answer = browser.post("/accounts/login/passkey/", {"credential": sent}, **HERE)
    assert (answer.status_code, answer["Location"], is_in(browser)) == (302, "/accounts/login/", False)
    signed_in = signing_in(cast.ben)
    signed_in.post("/me/security/passkeys/options", **HERE)
    answer = signed_in.post("/me/security/passkeys/new", {"name": "x", "credential": sent}, **HERE)
    assert (answer.status_code, queries.has_factor(cast.ben.pk)) == (422, False)


@pytest.mark.parametrize(("host", "secure", "is_offered"), [
    ("localhost", False, True), ("127.0.0.1", False, False), ("[::1]", False, False), ("testserver", False, False),
    ("testserver", True, True), ("127.0.0.1", True, False),
])  # fmt: skip
def test_passkeys_are_offered_where_browsers_know_them(rf, host, secure, is_offered):
    from operant.panel.accounts import mfa

    assert mfa.takes_passkeys(rf.get("/", secure=secure, headers={"host": host})) == is_offered


def test_passkeys_are_named_and_removed(cast):
    browser = signing_in(cast.ben)
    with_passkey(browser)
    key = queries.factors(cast.ben).get().factor.pk
    assert "Laptop" in browser.get("/me/security/", **HERE).content.decode()
    browser.post(f"/me/security/passkeys/{key}/name", {"name": "  Old  laptop "}, **HERE)
    assert queries.factors(cast.ben).get().data["name"] == "Old laptop"
    mallory = signing_in(cast.mallory)
    assert mallory.post(f"/me/security/factors/{key}/removal").status_code == 404
    assert browser.post(f"/me/security/factors/{key}/removal", **HERE).status_code == 302
    assert not queries.has_factor(cast.ben.pk)


# Two requests at the same moment, each with a connection of its own


@pytest.mark.parametrize("kind", ["app", "backup code"])
def test_a_code_that_comes_twice_at_once_is_taken_once(installation, settings, kind):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with installation("spent", template=plugin.DATABASE).served(), clock.frozen() as at:
        ben = casting.build().ben
        secret, made = with_app(ben)
        code = code_of(secret) if kind == "app" else made[0]
        assert sorted(at_once(8, lambda: spent(ben, code, at))) == [False] * 7 + [True]
        assert queries.backup_codes_left(ben) == (10 if kind == "app" else 9)


def spent(person, code, at) -> bool:
    try:
        with clock.frozen(at):
            return bool(factors.accept_code(person=person, code=code))
    except Invalid:
        return False


def at_once(count: int, work) -> list:
    ready, done = threading.Barrier(count), []

    def run():
        ready.wait()
        try:
            done.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


# What we rely on inside allauth 65.21


def test_allauths_hotp_is_the_one_of_the_rfc():
    # RFC 4226, appendix D; the secret is "12345678901234567890".
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    with clock.frozen() as at:
        step = int(at.timestamp()) // 30
        assert codes.app_counter(secret, code_of(secret)) == step
    from allauth.mfa.totp.internal.auth import hotp_value

    assert [hotp_value(secret, number) for number in range(4)] == [755224, 287082, 359152, 969429]


def test_allauth_asks_for_the_factor_by_our_names():
    from allauth.mfa.stages import AuthenticateStage

    assert (AuthenticateStage.key, AuthenticateStage.urlname) == ("mfa_authenticate", "mfa_authenticate")


def test_allauth_cannot_keep_a_secret_itself(cast):
    from allauth.mfa.totp.internal.auth import TOTP

    with pytest.raises(RuntimeError):
        TOTP.activate(cast.ben, "x")
