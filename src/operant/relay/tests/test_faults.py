"""Which errors halt a deployment: those a screen never had before, and those that come more often than before."""

from datetime import timedelta

import pytest

from operant.platform import clock
from operant.relay import faults
from operant.relay.models import DeployedScreen, Heartbeat, Outage, Screen
from operant.relay.tests.helpers import tick
from operant.testing import relay

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FLAKY = relay.fault("promise_rejected", "Timed out after 1200 ms")


@pytest.fixture
def usual(cast, tvs, board):
    """Return a function: the Lobby threw so many errors within the last day, in which it was heard."""

    def past(count):
        with cast.at_harbour():
            Screen.objects.update(paired_at=clock.now() - 2 * DAY)
        clock.advance(MINUTE)
        tvs["Lobby"].beat(version=board.published.public_id, errors=[{**FLAKY, "count": count}])
        clock.advance(MINUTE)

    return past


def throws(tvs, version, count, message="Timed out after 900 ms"):
    fault = relay.fault("promise_rejected", message, count=count)
    tvs["Lobby"].renew()
    assert tvs["Lobby"].beat(version=version.public_id, errors=[fault]).status_code == 200
    tick()


def test_an_error_that_a_screen_never_had_halts(tvs, new, deploy, told, standing):
    run = deploy("Lobby")
    clock.advance(timedelta(seconds=1))
    throws(tvs, new, 1, "x is undefined")
    assert (standing(run).state, told()["Lobby"]) == ("halted", 1)
    assert standing(run).reason == "Lobby reported an error that it never had before version 2: x is undefined"


def test_an_error_that_it_had_before_halts_nothing(tvs, new, deploy, usual, standing):
    usual(1)
    run = deploy("Lobby")
    clock.advance(timedelta(seconds=1))
    throws(tvs, new, faults.FEW)
    assert standing(run).state == "running"


def test_the_usual_errors_of_a_long_deployment_halt_nothing(tvs, new, deploy, usual, standing):
    usual(24 * 60)
    run = deploy("Lobby", stand_seconds=86_400)
    throws(tvs, new, 1)
    for hour in range(5):
        clock.advance(HOUR)
        throws(tvs, new, 60)
        assert (hour, standing(run).state) == (hour, "running")


def test_known_errors_that_come_far_more_often_halt(tvs, new, deploy, usual, told, standing):
    usual(24 * 60)
    run = deploy("Lobby", stand_seconds=86_400)
    throws(tvs, new, 1)
    clock.advance(HOUR - timedelta(seconds=6))
    throws(tvs, new, 118)
    assert standing(run).state == "running"
    throws(tvs, new, 3)
    assert (standing(run).state, told()["Lobby"]) == ("halted", 1)
    assert standing(run).reason == (
        "Lobby reported 122 errors while it showed version 2, and about 60 in as long a time before"
    )


def test_only_what_was_thrown_is_usual(cast, tvs, board, deploy, usual):
    usual(3)
    clock.advance(MINUTE)
    old = relay.fault("data_old", "Some figures missed two refreshes.", count=500)
    tvs["Lobby"].beat(version=board.published.public_id, errors=[old])
    clock.advance(MINUTE)
    deploy("Lobby")
    with cast.at_harbour():
        beats = Heartbeat.objects.filter(errors__gt=0).order_by("at").values_list("errors", "thrown")
        assert list(beats) == [(3, 3), (500, 0)]
        assert DeployedScreen.objects.values_list("errors_before", "errors_before_seconds").get() == (3, 86_400)


def test_what_is_usual_is_counted_over_the_time_in_which_a_screen_was_heard(cast, tvs, deploy, usual):
    usual(3)
    with cast.at_harbour():
        lobby = Screen.objects.get(name="Lobby")
        Outage.objects.create(screen=lobby, began_at=clock.now() - 20 * HOUR, ended_at=clock.now() - 8 * HOUR)
    deploy("Lobby")
    with cast.at_harbour():
        assert DeployedScreen.objects.get().errors_before_seconds == 43_200


def test_errors_of_another_version_are_not_this_one_s(cast, tvs, board, deploy):
    deploy("Lobby")
    throws(tvs, board.published, 50)
    with cast.at_harbour():
        assert DeployedScreen.objects.values_list("errors", "reason").get() == (0, "")


def test_what_was_thrown_before_a_version_was_painted_is_not_its_fault(tvs, new, deploy, standing):
    run = deploy("Lobby")
    clock.advance(MINUTE)
    fault = relay.fault("promise_rejected", "Nobody answers", count=50)
    clock.advance(MINUTE)
    tvs["Lobby"].beat(version=new.public_id, errors=[fault])
    tick()
    throws(tvs, new, 1, "Nobody answers")
    assert standing(run).state == "running"


def test_what_was_thrown_while_it_was_painted_is(tvs, new, deploy, standing):
    run = deploy("Lobby")
    clock.advance(MINUTE)
    fault = relay.fault("promise_rejected", "x is undefined")
    clock.advance(timedelta(seconds=5))
    tvs["Lobby"].beat(version=new.public_id, errors=[fault])
    tick()
    assert standing(run).state == "halted"


@pytest.mark.parametrize(
    ("errors", "before", "hours", "unusual"),
    [
        (5, 0, 1, False), (6, 0, 1, True), (6, 0, 500, True),
        (120, 60 * 24, 1, False), (121, 60 * 24, 1, True), (20, 60 * 24, 0, False), (21, 60 * 24, 0, True),
    ],
)  # fmt: skip
def test_rates_are_compared_and_few_errors_are_no_rate(errors, before, hours, unusual):
    assert faults.is_unusual(errors, faults.usual(before, DAY, hours * HOUR)) is unusual


def test_errors_are_of_one_kind_whatever_numbers_stand_in_them():
    one, two = (faults.kind("script_error", f"Failed in app.js:{line} at {line * 7}") for line in (12, 4711))
    assert one == two != faults.kind("script_error", "Failed in widget.js:12 at 84")
