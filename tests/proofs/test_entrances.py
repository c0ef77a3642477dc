"""No order of acts leads to a session without its factor. `make prove` walks many thousand steps, the sample a few."""

import pytest
from allauth.mfa.stages import AuthenticateStage
from argon2 import PasswordHasher
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from operant.testing.cast import PASSWORD

from .entrances import Entrances

FAST = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"], "SIGN_UP": "open", "SIGN_UP_SECONDS": 0}
# Hypothesis begins each series with the simplest walk there is: one by one they would all be that one.
AT_ONCE = 25
WAYS = {"sign-up", "password", "app", "backup code", "passkey after the password", "passkey alone"}


@pytest.fixture(autouse=True)
def light_hashes(monkeypatch):
    monkeypatch.setattr("operant.panel.accounts.codes._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def walk(examples: int, steps: int, seed: bool) -> int:
    """Return how many walks were made."""
    seen: list[Entrances] = []

    def counted() -> Entrances:
        seen.append(Entrances())
        return seen[-1]

    how = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), derandomize=seed,
    )  # fmt: skip
    with override_settings(**FAST):
        run_state_machine_as_test(counted, settings=how)
    return len(seen)


@pytest.mark.django_db
def test_no_order_of_acts_leads_to_a_session_without_its_factor(tally):
    Entrances.reached.clear()
    if tally.wanted is None:
        assert walk(3, 15, seed=True) >= 3
        assert Entrances.reached.total() > 0
        return
    for begun in range(0, tally.wanted, AT_ONCE):
        walked, wrong = 1, "a session without its factor"
        try:
            walked = walk(min(AT_ONCE, tally.wanted - begun), 60, seed=False)
            wrong = ""
        finally:
            for _ in range(walked):
                tally.note("a walk", wrong)
    assert WAYS - set(Entrances.reached) == set(), "some way in was never gone to its end"


@pytest.mark.django_db
def test_a_door_without_its_lock_is_found(monkeypatch):
    """The control: allauth's stage asks nobody for a factor."""
    monkeypatch.setattr(AuthenticateStage, "_should_handle", lambda self, request: False)
    with override_settings(**FAST):
        machine = Entrances()
        try:
            machine.type_a_password(at=0, name="ada", words=PASSWORD)
            machine.set_up_an_app(at=0)
            machine.nobody_is_in_without_proof()
            machine.type_a_password(at=1, name="ada", words=PASSWORD)
            with pytest.raises(AssertionError, match="browser 1 is signed in as"):
                machine.nobody_is_in_without_proof()
        finally:
            machine.teardown()
