"""
Guessing, many times over: at one account, for room in one network, and at who has an account by the time of an answer.
"""

import time

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import RequestFactory

from operant.panel.accounts import origins
from operant.panel.accounts.actions import signing_up
from operant.panel.accounts.models import SignIn, SignUp
from operant.panel.accounts.tests.test_signing_in import ADA, mails
from operant.panel.accounts.tests.test_stuffing import guess

NOBODY = "eva@harbour.example"
pytestmark = pytest.mark.usefixtures("reception")


class Lighter(Argon2PasswordHasher):
    """The hash of the house at a fifth of its cost, so that a difference in anything else shows more."""

    time_cost, memory_cost, parallelism = 1, 32_768, 1


def test_guessing_at_one_account_is_throttled_and_told_once(cast, tally):
    """From a network each, so that nothing but the limit of the account holds it. `make prove` guesses a thousand times."""
    for number in range(tally.sample(25)):
        through = guess(ADA, f"guess {number}", f"100.{number // 250}.{number % 250}.7")
        tally.note(f"guess {number}", "" if through == (number < 5) else "let through" if through else "refused")
    assert tally.failures == []
    assert SignIn.objects.filter(result=SignIn.Result.WRONG_PASSWORD).count() == 5
    assert SignIn.objects.filter(result=SignIn.Result.LIMITED).count() == tally.runs - 5
    assert [mail.to for mail in mails()] == [ADA]


def test_sign_ups_of_one_network_are_stopped_and_others_pass(cast, tally):
    """Where each sign-up is judged, before anything is looked up. `make prove` signs up five hundred times."""

    def judged(ip, number):
        origin = origins.of(RequestFactory(REMOTE_ADDR=ip).post("/"))
        address = f"r{number}@quay.example"
        return signing_up.judge(address=address, origin=origin, is_trapped=False, is_invited=False).verdict

    for number in range(tally.sample(25)):
        verdict = judged(f"203.0.113.{number % 250}", number)
        tally.note(f"sign-up {number}", "" if verdict == ("admitted" if number < 10 else "too_many") else verdict)
        if number % 20 == 0:
            assert judged(f"198.51.{number // 20}.7", number) == "admitted"
    assert tally.failures == []
    assert SignUp.objects.filter(network="203.0.113.0/24").count() == tally.runs


@pytest.fixture
def as_served(cast, settings):
    """Passwords really hashed, and no limit: this asks how long the work behind it takes."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Lighter"]
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed": None}
    cast.ada.set_password("correct horse battery")
    cast.ada.save(update_fields=["password"])
    took(ADA), took(NOBODY)


def took(address):
    # The shorter of two: whatever else the machine does only makes one longer.
    return min(once(address), once(address))


def once(address):
    begun = time.perf_counter()
    assert guess(address, "wrong wrong wrong", "203.0.113.7")
    return time.perf_counter() - begun


def is_told(pairs):
    """Return whether the slower one of two is the same far more often than a coin would fall."""
    slower = sum(known > unknown for known, unknown in pairs)
    # Three and a half standard deviations: by chance once in two thousand times, of sixteen pairs once in thirty thousand.
    return abs(slower - len(pairs) / 2) > 3.5 * len(pairs) ** 0.5 / 2


def timed(count):
    # In turns, and each first half of the time: whatever else the machine does falls on both.
    pairs = []
    for number in range(count):
        first, second = (ADA, NOBODY) if number % 2 else (NOBODY, ADA)
        times = {first: took(first), second: took(second)}
        pairs.append((times[ADA], times[NOBODY]))
    return pairs


def test_the_time_of_an_answer_does_not_tell_who_has_an_account(as_served, tally):
    pairs = timed(tally.sample(16))
    for number, (known, unknown) in enumerate(pairs):
        tally.note(f"pair {number}: {known * 1000:.1f} ms and {unknown * 1000:.1f} ms")
    if is_told(pairs):
        tally.note("all pairs", "one is slower far too often")
    assert tally.failures == []


def test_the_measure_sees_a_difference(as_served, monkeypatch):
    monkeypatch.setattr(AuthenticationBackend, "_mitigate_timing_attack", lambda self, password: None)
    # Of sixteen pairs each would have to tell: one that another program disturbs is allowed here.
    assert is_told(timed(24))
