from datetime import timedelta

import pytest

from operant.platform import clock
from operant.platform.refusals import Refusal
from operant.relay import events
from operant.relay.actions import deploying, returning
from operant.relay.queries import deploying as queries
from operant.relay.queries import proving
from operant.relay.queries.targets import ALL
from operant.relay.tests.helpers import about, only, prepared, republished, stand, tick
from operant.stage.actions import prepare, publish
from operant.stage.models import Dashboard
from operant.testing import relay, stage


def proof_of(run):
    return proving.proof(queries.standing(queries.deployment(run.pk)))


def test_rolling_back_returns_every_screen_and_proves_it(cast, board, tvs, deploy, told, paint, standing, announced):
    run = deploy()
    stand(paint)
    assert (standing(run).state, told()) == ("done", {"Lobby": 2, "Hall": 2, "Yard": 2})
    with cast.at_harbour(cast.ann):
        returning.roll_back(deployment=run, by=cast.ann)
    assert told() == {"Lobby": 1, "Hall": 1, "Yard": 1}
    with cast.at_harbour():
        assert Dashboard.objects.get().published_id == board.published_id
    clock.advance(timedelta(seconds=1))
    paint("Lobby", "Hall")
    tick(1)
    with cast.at_harbour():
        proof = proof_of(run)
        assert (proof.sentence, [(each.name, each.reason) for each in proof.missing]) == (
            "2 of 3 show v1 again", [("Yard", "Still shows v2")],
        )  # fmt: skip
    paint("Yard")
    last = clock.now()
    tick()
    with cast.at_harbour():
        proof = proof_of(run)
        assert (proof.returned, proof.screens, proof.last_at, proof.missing) == (3, 3, last, [])
    assert only(announced, events.DeploymentRolledBack) == [
        events.DeploymentRolledBack(**about(run, board), screens=3, rolled_back_by="Ann")
    ]


def test_the_proof_stands_when_something_else_is_published_later(cast, board, deploy, paint, standing):
    run = deploy()
    stand(paint)
    with cast.at_harbour(cast.ann):
        returning.roll_back(deployment=run, by=cast.ann)
    clock.advance(timedelta(seconds=1))
    paint()
    tick()
    with cast.at_harbour(cast.ben):
        publish(dashboard=Dashboard.objects.get(), revision=Dashboard.objects.get().revision, by=cast.ben)
    paint()
    tick()
    with cast.at_harbour():
        assert proof_of(run).returned == 3


def test_a_screen_that_joined_after_the_last_stage_is_part_of_the_proof(cast, board, deploy, paint, standing, tvs):
    run = deploy()
    stand(paint)
    tvs["Gate"] = relay.Tv(address="10.0.0.9")
    relay.paired(tvs["Gate"], cast.at_harbour, cast.ann, name="Gate", dashboard=board)
    paint("Gate")
    with cast.at_harbour(cast.ann):
        returning.roll_back(deployment=run, by=cast.ann)
        assert proof_of(run).screens == 4


def test_rolling_back_twice_is_once(cast, deploy, paint, announced):
    run = deploy("Lobby")
    with cast.at_harbour(cast.ann):
        for _ in range(2):
            returning.roll_back(deployment=run, by=cast.ann)
    assert len(only(announced, events.DeploymentRolledBack)) == 1


def test_rolling_back_while_it_runs_leaves_what_is_published(cast, board, deploy, told, standing):
    run = deploy("Lobby")
    with cast.at_harbour(cast.ann):
        returning.roll_back(deployment=run, by=cast.ann)
        assert Dashboard.objects.get().published_id == board.published_id
    tick()
    assert (told(), standing(run).state) == ({"Lobby": 1, "Hall": 1, "Yard": 1}, "rolled_back")


def test_what_halted_or_was_canceled_is_not_rolled_back(cast, board, tvs, deploy, standing):
    run = deploy("Lobby")
    tvs["Lobby"].beat(version=board.published.public_id, errors=[relay.fault("version_rejected", "X, version 2: boom")])
    tick()
    with cast.at_harbour(cast.ann), pytest.raises(Refusal) as refused:
        returning.roll_back(deployment=run, by=cast.ann)
    assert refused.value.sentence == "This deployment is halted, so there is nothing to roll back."


def test_the_first_publication_cannot_be_rolled_back(cast, frozen):
    with cast.at_harbour(cast.ben):
        first = stage.dashboard(cast.ben)
        version = prepare(dashboard=first, revision=first.revision, by=cast.ben)
        run = deploying.deploy(version=version, stages=[ALL], by=cast.ben, stand_seconds=60, patience_seconds=0)
    tick()
    with cast.at_harbour(cast.ben), pytest.raises(Refusal) as refused:
        assert Dashboard.objects.get(pk=first.pk).published_id == version.pk
        returning.roll_back(deployment=run, by=cast.ben)
    assert refused.value.sentence.startswith("Nothing was published before version 1")


def test_what_a_later_deployment_brought_is_left_on_its_screens(cast, new, deploy, paint, told, standing):
    older = deploy("Lobby", "Hall", to_all=False)
    stand(paint)
    stand(paint)
    with cast.at_harbour(cast.ben):
        third = prepared(cast, Dashboard.objects.get(), "# Third")
    deploy("Lobby", to_all=False, version=third)
    stand(paint)
    assert (standing(older).state, told()) == ("done", {"Lobby": 3, "Hall": 2, "Yard": 1})
    with cast.at_harbour(cast.ann):
        returning.roll_back(deployment=older, by=cast.ann)
    assert told() == {"Lobby": 3, "Hall": 1, "Yard": 1}
    assert standing(older).reason == "left as they are, since another version was brought to them: Lobby"
    with cast.at_harbour():
        proof = proof_of(older)
        assert (proof.screens, [each.name for each in proof.missing]) == (1, ["Hall"])


def test_a_publication_is_not_rolled_back_under_a_later_deployment(cast, new, deploy, paint, told, standing):
    older = deploy()
    stand(paint)
    with cast.at_harbour(cast.ben):
        third = prepared(cast, Dashboard.objects.get(), "# Third")
    deploy("Lobby", to_all=False, version=third)
    with cast.at_harbour(cast.ann), pytest.raises(Refusal) as refused:
        returning.roll_back(deployment=older, by=cast.ann)
    assert refused.value.sentence == (
        "Lobby has another version since, which going back would take from it. Roll that deployment back first."
    )
    assert told() == {"Lobby": 3, "Hall": 2, "Yard": 2}


def test_an_earlier_version_is_deployed_and_that_is_rolled_back(cast, board, tvs, deploy, told, paint, standing):
    with cast.at_harbour(cast.ben):
        republished(cast, Dashboard.objects.get())
    paint()
    run = deploy("Lobby", to_all=False, version=board.published)
    assert told() == {"Lobby": 1, "Hall": 3, "Yard": 3}
    stand(paint)
    with cast.at_harbour(cast.ben):
        returning.roll_back(deployment=run, by=cast.ben)
    assert told() == {"Lobby": 3, "Hall": 3, "Yard": 3}


def test_a_screen_that_was_held_before_goes_back_to_that(cast, board, new, deploy, told, paint, standing):
    deploy("Lobby", to_all=False)
    stand(paint)
    with cast.at_harbour(cast.ben):
        third = prepared(cast, Dashboard.objects.get(), "# Third")
    run = deploy(version=third)
    assert told() == {"Lobby": 3, "Hall": 3, "Yard": 3}
    with cast.at_harbour(cast.ben):
        returning.roll_back(deployment=run, by=cast.ben)
    assert told() == {"Lobby": 2, "Hall": 1, "Yard": 1}


def back(run, cast):
    with cast.at_harbour(cast.ann):
        returning.roll_back(deployment=run, by=cast.ann)


def proven(run, cast):
    with cast.at_harbour():
        return proof_of(run).returned


def test_a_heartbeat_from_before_it_was_told_proves_no_return(cast, board, tvs, deploy, paint):
    run = deploy("Lobby")
    paint("Lobby")
    before = clock.now().isoformat()
    clock.advance(timedelta(seconds=1))
    tick()
    back(run, cast)
    clock.advance(timedelta(seconds=1))
    # Sent while it was on its way to the version, and heard only now.
    tvs["Lobby"].beat(rendered={"version": board.published.public_id, "at": before})
    tick()
    assert proven(run, cast) == 0
    paint("Lobby")
    tick()
    assert proven(run, cast) == 1


@pytest.mark.parametrize("clock_is_ahead", [False, True])
def test_one_that_was_never_seen_with_it_says_so_when_no_request_is_under_way(cast, board, tvs, deploy, clock_is_ahead):
    since = clock.now() + (timedelta(minutes=5) if clock_is_ahead else -timedelta(minutes=5))
    run = deploy("Lobby")
    clock.advance(timedelta(seconds=1))
    back(run, cast)
    for seconds, returned in ((1, 0), (18, 0), (2, 1)):
        clock.advance(timedelta(seconds=seconds))
        tvs["Lobby"].beat(rendered={"version": board.published.public_id, "at": since.isoformat()})
        tick(0)
        assert (seconds, proven(run, cast)) == (seconds, returned)


def test_one_whose_clock_is_behind_is_believed_later(cast, board, tvs, deploy, paint):
    run = deploy("Lobby")
    paint("Lobby")
    tick()
    back(run, cast)
    since = (clock.now() - timedelta(minutes=5)).isoformat()
    for seconds, returned in ((3, 0), (queries.SURE_AFTER.seconds, 1)):
        clock.advance(timedelta(seconds=seconds))
        tvs["Lobby"].beat(rendered={"version": board.published.public_id, "at": since})
        tick(0)
        assert (seconds, proven(run, cast)) == (seconds, returned)
