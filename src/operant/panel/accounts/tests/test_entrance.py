"""Between the password and the session, and asking again: as a browser meets it."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator as Row
from django.db import IntegrityError, connection, transaction
from django.test import Client

from operant.panel.accounts import codes, queries
from operant.platform import clock, tenancy
from operant.testing.cast import PASSWORD
from operant.testing.factors import code_of, is_in, signing_in, with_app

FACTOR, AGAIN, APP = "/accounts/login/factor/", "/accounts/reauthenticate/factor/", "/me/security/app"


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
    told = queries.sign_ins(cast.ben).exclude(result="unfinished").order_by("at")
    with tenancy.reception():
        assert [(each.result, queries.shown(each.factor)) for each in told] == [
            ("ok", "password, backup code"), ("wrong_factor", "backup code")
        ]  # fmt: skip


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


def test_a_factor_that_is_gone_by_now_is_not_asked_for(cast):
    with_app(cast.ben)
    browser = signing_in(cast.ben)
    Row.objects.all().delete()
    answer = browser.get("/accounts/login/", follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [(FACTOR, 302), ("/accounts/login/", 302)])
    browser.post("/accounts/login/", {"login": cast.ben.email, "password": PASSWORD})
    assert is_in(browser)


def test_the_page_for_the_factor_is_nobodys_without_a_password(browser_alone):
    assert browser_alone.get(FACTOR)["Location"] == "/accounts/login/"
    assert browser_alone.post(FACTOR, {"code": "123456"})["Location"] == "/accounts/login/"


@pytest.fixture
def browser_alone(cast) -> Client:
    return Client()


def test_a_new_password_ends_what_was_begun_with_the_old_one(cast):
    secret, _ = with_app(cast.ben)
    thief, losing = signing_in(cast.ben), signing_in(cast.ben)
    cast.ben.set_password("lantern-herring-42")
    cast.ben.save()
    answers = [thief.post(FACTOR, {"code": code_of(secret)}), losing.post("/accounts/login/recovery/")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/accounts/login/")] * 2
    assert (is_in(thief), "accounts.recovery_code" in losing.session) == (False, False)


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
