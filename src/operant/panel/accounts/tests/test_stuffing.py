"""Guessing at accounts: many passwords on one, one password on many, and finding out who has one at all."""

import re
import time
from collections import Counter
from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.contrib.auth import hashers
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from operant.panel.accounts import floods
from operant.panel.accounts.models import SignIn
from operant.platform import clock
from operant.platform.messaging import outbox
from operant.testing.factors import is_in, with_app
from operant.testing.mail import code_in
from operant.testing.queue import run_jobs

from .test_signing_in import ADA, HOME, enter, mails
from .test_signing_up import FORM

WRONG = "wrong wrong wrong"


@pytest.fixture
def hashed(cast, monkeypatch):
    """How often a password was hashed or compared, which is what takes the time."""
    kind, counted = type(hashers.get_hasher()), Counter()
    real = kind.encode

    def counting(self, *args, **kwargs):
        counted["times"] += 1
        return real(self, *args, **kwargs)

    monkeypatch.setattr(kind, "encode", counting)
    return counted


def guess(address, password, ip):
    """Try a password where the form of sign-in does, and return whether it was let through to be compared."""
    request = RequestFactory(REMOTE_ADDR=ip).post("/accounts/login/", {"login": address, "password": password})
    request.user, request.session = AnonymousUser(), {}
    with context.request_context(request):
        try:
            assert get_adapter(request).authenticate(request, email=address, password=password) is None
        except ValidationError as refused:
            assert refused.code == "too_many_login_attempts"
            return False
    return True


def results():
    return dict(Counter(SignIn.objects.values_list("result", flat=True)))


def test_the_owner_of_an_account_hears_once_that_somebody_guesses_at_it(hashed):
    through = [guess(ADA, f"guess {number}", f"100.7.{number}.7") for number in range(12)]
    assert (through, hashed) == ([True] * 5 + [False] * 7, {"times": 5})
    assert results() == {"wrong_password": 5, "limited": 7}
    (mail,) = mails()
    assert (mail.to, mail.subject) == (ADA, "Somebody keeps trying to sign in to your Operant account")
    assert "12 attempts" in mail.text


def test_whoever_guesses_elsewhere_does_not_keep_the_owner_out_where_they_always_sign_in(hashed):
    enter()
    for number in range(6):
        guess(ADA, f"guess {number}", f"100.7.{number}.7")
    assert [enter(ip).answer.status_code for ip in ("100.8.0.7", HOME)] == [200, 302]


def test_a_known_network_is_no_way_around_the_limit(hashed):
    enter()
    assert [guess(ADA, f"guess {number}", HOME) for number in range(7)] == [True] * 5 + [False] * 2


def test_one_password_on_many_accounts_is_throttled_by_the_network_it_comes_from(hashed, settings):
    assert settings.ACCOUNT_RATE_LIMITS["login_failed"] == "10/m/ip,100/h/network,5/5m/key,50/d/key"
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,10/h/network,5/5m/key,50/d/key"}
    through = [guess(f"p{number}@harbour.example", WRONG, f"203.0.113.{number}") for number in range(12)]
    assert (through, hashed) == ([True] * 10 + [False] * 2, {"times": 10})
    assert guess("p0@harbour.example", WRONG, "203.0.114.7")


def test_guesses_from_many_networks_ask_new_networks_for_a_code(hashed, monkeypatch):
    enter()
    monkeypatch.setattr(floods, "MOST", 3)
    for number in range(3):
        guess(f"p{number}@harbour.example", WRONG, f"100.{number}.7.7")
    assert enter("100.8.0.7").answer["Location"] == "/"
    guess("p3@harbour.example", WRONG, "100.3.7.7")
    run_jobs()
    # Where she always signs in she notices nothing. Elsewhere, what was guessed is not enough, and nobody is refused.
    assert enter().answer["Location"] == "/"
    elsewhere = enter("100.9.0.7")
    asked = elsewhere.answer["Location"]
    assert (asked, is_in(elsewhere), results()["unfinished"]) == ("/accounts/login/code/confirm/", False, 1)
    assert "Passwords are being guessed" in elsewhere.get(asked).content.decode()
    assert elsewhere.post(asked, {"code": "AAAA-BBBB"}).status_code == 200
    run_jobs()
    code = code_in(outbox.latest()[0].text)
    assert elsewhere.post(asked, {"code": code}, REMOTE_ADDR="100.9.0.7")["Location"] == "/"
    assert (is_in(elsewhere), enter("100.9.0.8").answer["Location"]) == (True, "/")
    assert SignIn.objects.order_by("-at").values_list("factor", flat=True)[1] == "password+code"
    with clock.frozen():
        clock.advance(timedelta(hours=1))
        assert enter("100.10.0.7").answer["Location"] == "/"


def test_who_has_a_second_factor_is_not_asked_for_a_code_as_well(hashed, cast, monkeypatch):
    with_app(cast.ada)
    monkeypatch.setattr(floods, "MOST", 0)
    guess("p0@harbour.example", WRONG, "100.3.7.7")
    assert enter().answer["Location"] == "/accounts/login/factor/"


def test_signing_in_well_takes_nothing_from_the_limits(hashed):
    for _ in range(12):
        enter()
    assert results() == {"ok": 12}


def test_an_address_that_nobody_has_is_throttled_as_any_other(hashed):
    unknown = "nobody@harbour.example"
    through = [guess(unknown, f"guess {number}", f"100.7.{number}.7") for number in range(7)]
    assert (through, hashed) == ([True] * 5 + [False] * 2, {"times": 5})
    assert mails() == []


def told(client, address, form):
    """Return all that an answer tells: status, place, text without what is random in it, and how much was asked."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(address, form, REMOTE_ADDR=HOME)
    text = re.sub(r'(csrf\w*"?[^>]{0,40}(value|content)=)"[^"]+"', r"\1", answer.content.decode())
    for sent in (*form.values(), ADA, "eva@harbour.example"):
        text = text.replace(sent, "")
    return answer.status_code, answer.get("Location"), text, len(asked)


@pytest.mark.parametrize("limited", [False, True])
def test_signing_in_tells_nothing_of_who_has_an_account(hashed, limited):
    kept = []
    for address in (ADA, "eva@harbour.example"):
        for number in range(5 if limited else 0):
            guess(address, f"guess {number}", f"100.{number}.7.7")
        run_jobs()
        client = Client()
        client.get("/accounts/login/")
        hashed.clear()
        kept.append((*told(client, "/accounts/login/", {"login": address, "password": WRONG}), dict(hashed)))
    assert kept[0] == kept[1]
    assert kept[0][-1] == ({} if limited else {"times": 1})


def test_a_reset_tells_nothing_of_who_has_an_account(hashed):
    kept = []
    for address in (ADA, "eva@harbour.example"):
        client = Client()
        client.get("/accounts/password/reset/")
        kept.append(told(client, "/accounts/password/reset/", {"email": address}))
    assert kept[0] == kept[1]
    followed = []
    for address in (ADA, "eva@harbour.example"):
        client = Client()
        client.post("/accounts/password/reset/", {"email": address})
        followed.append(told(client, "/accounts/password/reset/confirm/", {"code": "AAAA-BBBB"})[:3])
    assert followed[0] == followed[1]


def test_a_sign_up_tells_nothing_of_who_has_an_account(hashed, settings):
    settings.SIGN_UP, settings.SIGN_UP_SECONDS, kept = "open", 0.5, []
    for address in (ADA, "eva@harbour.example"):
        client = Client()
        client.get("/accounts/signup/")
        hashed.clear()
        begun = time.monotonic()
        answer = told(client, "/accounts/signup/", FORM | {"email": address})
        # Making an account takes more questions than not making one: the answer waits for both to be over.
        kept.append((*answer[:3], dict(hashed), time.monotonic() - begun >= 0.5))
    assert kept[0] == kept[1] == (302, "/accounts/confirm-email/", "", {"times": 1}, True)
