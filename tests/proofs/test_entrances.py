"""No order of acts leads to a session without its factor. `make prove` walks many thousand steps, the sample a few."""

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from .entrances import Entrances

FAST = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"], "SIGN_UP": "open"}


@pytest.mark.django_db
def test_no_order_of_acts_leads_to_a_session_without_its_factor(tally):
    examples, steps = (tally.sample(8), 50) if tally.wanted else (8, 20)
    walk = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=tally.wanted is None,
    )  # fmt: skip
    seen: list[Entrances] = []

    def counted() -> Entrances:
        seen.append(Entrances())
        return seen[-1]

    wrong = "broke off"
    try:
        with override_settings(**FAST):
            run_state_machine_as_test(counted, settings=walk)
        wrong = ""
    finally:
        for _ in seen[:-1]:
            tally.note("a walk")
        tally.note("a walk", wrong)
