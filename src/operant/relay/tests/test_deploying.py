from datetime import timedelta

import pytest

from operant.platform import clock
from operant.platform.messaging.models import Message
from operant.platform.queue import waits
from operant.platform.refusals import Invalid
from operant.relay import events, jobs
from operant.relay.actions import deploying, keeping, places, playlists
from operant.relay.actions.playlists import Turn
from operant.relay.models import DeployedScreen, Deployment, Screen
from operant.relay.queries import deploying as queries
from operant.relay.queries import fleet
from operant.relay.queries.targets import ALL, Target
from operant.relay.tests.helpers import about, only, republished, stand, tick
from operant.stage.models import Dashboard
from operant.testing import relay, stage
from operant.testing.queue import run_jobs


def test_a_version_reaches_one_screen_and_then_all_and_is_published(
    cast, board, tvs, new, deploy, told, paint, standing, announced
):
    run = deploy("Lobby")
    assert (told(), standing(run).state, standing(run).stage) == ({"Lobby": 2, "Hall": 1, "Yard": 1}, "running", 1)
    stand(paint)
    assert (told(), standing(run).stage) == ({"Lobby": 2, "Hall": 2, "Yard": 2}, 2)
    with cast.at_harbour():
        assert Dashboard.objects.get().published_id == board.published_id
    stand(paint)
    with cast.at_harbour():
        assert Dashboard.objects.get().published_id == new.pk
        assert set(Screen.objects.values_list("held", flat=True)) == {""}
    assert (told(), standing(run).state) == ({"Lobby": 2, "Hall": 2, "Yard": 2}, "done")
    said = about(run, board)
    assert only(announced, events.DeploymentStarted, events.DeploymentStageBegan, events.DeploymentDone) == [
        events.DeploymentStarted(**said, stages="Lobby, then all screens", note="", created_by="Ben"),
        events.DeploymentStageBegan(**said, stage=1, target="Lobby", screens=1),
        events.DeploymentStageBegan(**said, stage=2, target="all screens", screens=2),
        events.DeploymentDone(**said, target="all screens", screens=3),
    ]


def test_a_stage_waits_until_the_version_stood(deploy, tvs, paint, standing):
    run = deploy("Lobby")
    tick(300)
    assert standing(run).stage == 1
    paint()
    tick()
    clock.advance(timedelta(seconds=30))
    paint()
    tick(27)
    assert standing(run).stage == 1
    paint()
    tick(3)
    assert standing(run).stage == 2


def test_a_version_that_breaks_halts_where_it_is_and_goes_back(cast, board, tvs, deploy, told, standing, announced):
    run = deploy("Lobby")
    broken = relay.fault("fewer_widgets", f"{board.name}, version 2: w1: boom")
    assert tvs["Lobby"].beat(version=board.published.public_id, errors=[broken]).status_code == 200
    tick()
    assert (told(), standing(run).state) == ({"Lobby": 1, "Hall": 1, "Yard": 1}, "halted")
    reason = f"Lobby could not show it: {board.name}, version 2: w1: boom"
    assert standing(run).reason == reason
    assert only(announced, events.DeploymentHalted) == [
        events.DeploymentHalted(**about(run, board), stage=1, screen="Lobby", reason=reason)
    ]
    tick(60)
    with cast.at_harbour():
        subjects = {each.subject for each in Message.objects.filter(template="news")}
        assert subjects == {f"The deployment of version 2 of {board.name} halted: {reason}"}


def test_what_is_rejected_of_another_version_halts_nothing(board, tvs, deploy, standing):
    run = deploy("Lobby")
    other = relay.fault("version_rejected", f"{board.name}, version 1: boom")
    tvs["Lobby"].beat(version=board.published.public_id, errors=[other])
    tick()
    assert standing(run).state == "running"


def test_errors_that_are_not_the_version_s_do_not_halt(deploy, paint, standing):
    run = deploy("Lobby")
    clock.advance(timedelta(seconds=1))
    paint("Lobby", errors=[relay.fault("data_old", "Some figures missed two refreshes.", count=9)])
    tick()
    assert standing(run).state == "running"


def test_screens_that_are_offline_are_waited_for_and_then_left_out(cast, deploy, paint, standing, tvs):
    with cast.at_harbour():
        Screen.objects.filter(name="Yard").update(state="offline", went_offline_at=clock.now(), due_at=None)
    run = deploy(patience_seconds=300)
    stand(lambda *names: paint("Lobby", "Hall"))
    assert standing(run).state == "running"
    stand(lambda *names: paint("Lobby", "Hall"), seconds=240)
    assert standing(run).state == "done"
    with cast.at_harbour():
        assert [each.screen.name for each in queries.screens(run) if each.left_out_at] == ["Yard"]


def test_one_that_paints_the_version_after_the_end_is_noted_though_it_showed_something_else_meanwhile(
    cast, deploy, paint, standing, tvs, board
):
    with cast.at_harbour():
        Screen.objects.filter(name="Yard").update(state="offline", went_offline_at=clock.now(), due_at=None)
    run = deploy(patience_seconds=0)
    stand(lambda *names: paint("Lobby", "Hall"))
    assert (standing(run).state, standing(run).painted) == ("done", 2)
    tick(3600)
    looked_at = clock.now()
    assert timedelta(minutes=5) < standing(run).due_at - looked_at <= timedelta(minutes=10)
    with cast.at_harbour():
        Screen.objects.filter(name="Yard").update(dashboard=None)
    tick(601)
    with cast.at_harbour():
        Screen.objects.filter(name="Yard").update(dashboard=board)
    tvs["Yard"].renew()
    paint("Yard")
    seen = clock.now()
    tick(601)
    with cast.at_harbour():
        assert DeployedScreen.objects.get(screen__name="Yard").painted_at == seen
    assert (standing(run).painted, standing(run).due_at) == (3, None)


def test_nobody_is_waited_for_longer_than_a_week(cast, deploy, paint, standing, tvs):
    with cast.at_harbour():
        Screen.objects.filter(name="Yard").update(state="offline", went_offline_at=clock.now(), due_at=None)
    run = deploy(patience_seconds=0)
    stand(lambda *names: paint("Lobby", "Hall"))
    tick(3600)
    assert standing(run).due_at is not None
    tick(queries.FOLLOWED_FOR.total_seconds())
    assert (standing(run).state, standing(run).due_at) == ("done", None)


def test_a_stage_that_nobody_painted_brings_nothing_to_others(cast, deploy, standing, told, tvs):
    with cast.at_harbour():
        Screen.objects.filter(name="Lobby").update(state="offline", went_offline_at=clock.now(), due_at=None)
    run = deploy("Lobby", patience_seconds=0)
    for _ in range(5):
        tick(600)
    assert (standing(run).state, standing(run).stage, told()["Hall"]) == ("running", 1, 1)


def test_a_deployment_to_one_screen_holds_it_until_the_next_publication(cast, board, deploy, paint, told, standing):
    run = deploy("Lobby", to_all=False)
    stand(paint)
    assert (standing(run).state, told()) == ("done", {"Lobby": 2, "Hall": 1, "Yard": 1})
    with cast.at_harbour(cast.ben):
        dashboard = Dashboard.objects.get()
        assert dashboard.published_id == board.published_id
        assert {each.name: each.is_behind for each in fleet.screens()} == {"Lobby": False, "Hall": False, "Yard": False}
        republished(cast, dashboard)
    assert told() == {"Lobby": 3, "Hall": 3, "Yard": 3}


def test_a_screen_that_is_unpaired_or_shows_something_else_holds_nothing_up(cast, board, deploy, paint, standing, tvs):
    with cast.at_harbour(cast.ben):
        other = stage.published(by=cast.ben, name="Other").dashboard
    run = deploy()
    paint("Lobby")
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=Screen.objects.get(name="Hall"))
        keeping.assign(screen=Screen.objects.get(name="Yard"), dashboard=other)
    stand(lambda *names: paint("Lobby"))
    assert standing(run).state == "done"


def test_when_the_only_screen_of_a_stage_leaves_it_halts(cast, board, deploy, standing, told, tvs):
    run = deploy("Lobby")
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=Screen.objects.get(name="Lobby"))
    tick()
    assert (standing(run).state, standing(run).reason) == (
        "halted", f"no screen that stage 1 (Lobby) told shows {board.name} any more, so it did not stand there",
    )  # fmt: skip


@pytest.mark.parametrize("has_painted", [False, True])
def test_a_stage_whose_screens_moved_away_leads_to_no_other(cast, board, new, tvs, frozen, standing, told, paint, has_painted):
    with cast.at_harbour(cast.ben):
        other = stage.published(by=cast.ben, name="Other").dashboard
        places.place(screen=Screen.objects.get(name="Lobby"), tags=["trial"])
        target = Target.read("tag:trial")
        run = deploying.deploy(version=new, stages=[target, ALL], by=cast.ben, stand_seconds=60, patience_seconds=0)
    if has_painted:
        paint("Lobby")
        tick()
    with cast.at_harbour(cast.ann):
        keeping.assign(screen=Screen.objects.get(name="Lobby"), dashboard=other)
        # Another one takes its place there, which nobody told of the version.
        places.place(screen=Screen.objects.get(name="Hall"), tags=["trial"])
    tick()
    assert (standing(run).state, told()["Hall"]) == ("halted", 1)


def test_a_stage_of_screens_that_were_told_before_stands_on_these(cast, new, tvs, standing, paint):
    with cast.at_harbour(cast.ben):
        places.place(screen=Screen.objects.get(name="Lobby"), tags=["trial"])
        stages = [Target("screen", Screen.objects.get(name="Lobby").pk), Target.read("tag:trial"), ALL]
        run = deploying.deploy(version=new, stages=stages, by=cast.ben, stand_seconds=60, patience_seconds=0)
    stand(paint)
    tick()
    assert standing(run).stage == 3


def test_a_screen_that_turns_shows_the_version_in_its_turn(cast, board, new, deploy, standing, tvs, paint):
    with cast.at_harbour(cast.ben):
        other = stage.published(by=cast.ben, name="Other").dashboard
        turns = [Turn(board, 20), Turn(other, 20)]
        made = playlists.make_playlist(name="Both", by=cast.ben, entries=turns)
        keeping.assign(screen=Screen.objects.get(name="Lobby"), playlist=made)
    run = deploy("Lobby")
    scenes = tvs["Lobby"].get("manifest").json()["program"]["scenes"]
    assert [each["number"] for each in scenes] == [2, 1]
    clock.advance(timedelta(seconds=1))
    assert tvs["Lobby"].beat(version=new.public_id).status_code == 200
    assert tvs["Lobby"].beat(version=other.published.public_id).status_code == 200
    tick()
    with cast.at_harbour():
        assert [each.painted_at is not None for each in DeployedScreen.objects.all()] == [True]
    clock.advance(timedelta(seconds=60))
    tvs["Lobby"].beat(version=other.published.public_id)
    tick()
    assert standing(run).stage == 2


def test_a_fault_of_another_dashboard_in_its_turns_halts_nothing(cast, board, deploy, standing, tvs):
    with cast.at_harbour(cast.ben):
        other = stage.published(by=cast.ben, name="Other").dashboard
        made = playlists.make_playlist(name="Both", by=cast.ben, entries=[Turn(board, 20), Turn(other, 20)])
        keeping.assign(screen=Screen.objects.get(name="Lobby"), playlist=made)
    run = deploy("Lobby")
    tvs["Lobby"].beat(version=board.published.public_id, errors=[relay.fault("version_rejected", "Other, version 2: boom")])
    tick()
    assert standing(run).state == "running"
    fault = relay.fault("version_rejected", f"{board.name}, version 2: boom")
    tvs["Lobby"].beat(version=board.published.public_id, errors=[fault])
    tick()
    assert standing(run).state == "halted"


def test_one_that_cannot_be_looked_at_holds_no_other_up(cast, board, deploy, tvs, standing):
    run = deploy("Lobby")
    fault = relay.fault("version_rejected", f"{board.name}, version 2: boom")
    tvs["Lobby"].beat(version=board.published.public_id, errors=[fault])
    clock.advance(timedelta(seconds=3))
    with pytest.raises(ExceptionGroup):
        jobs.deploy(organization_id=str(cast.harbour.pk), ids=["no id", str(run.pk)])
    assert standing(run).state == "halted"


def test_nothing_is_deployed_where_the_dashboard_is_not_shown(cast, board, deploy, tvs):
    with cast.at_harbour(cast.ann):
        keeping.assign(screen=Screen.objects.get(name="Lobby"))
    with pytest.raises(Invalid) as refused:
        deploy("Lobby")
    assert refused.value.sentence == f"No screen shows {board.name} there (Lobby), so nothing would be deployed."
    with pytest.raises(Invalid):
        deploy(to_all=False)


def test_of_two_that_look_at_once_one_goes_on(cast, deploy, paint, standing, announced):
    run = deploy("Lobby")
    paint()
    tick()
    for _ in range(2):
        clock.advance(timedelta(seconds=30))
        paint()
    clock.advance(timedelta(seconds=2))
    with cast.at_harbour():
        for _ in range(2):
            deploying.advance(deployment_id=run.pk)
    assert [each.stage for each in only(announced, events.DeploymentStageBegan)] == [1, 2]


def test_a_lost_job_is_done_again_when_its_lease_is_over(cast, deploy, paint, standing):
    run = deploy("Lobby")
    paint()
    clock.advance(timedelta(seconds=2))
    waits.sweep()
    with cast.at_harbour():
        assert DeployedScreen.objects.get().painted_at is None
        Deployment.objects.filter(pk=run.pk).update(leased_until=clock.now())
    clock.advance(timedelta(seconds=1))
    waits.sweep()
    run_jobs()
    with cast.at_harbour():
        assert DeployedScreen.objects.get().painted_at is not None


def test_another_organization_sees_and_stops_nothing(cast, tvs, deploy, standing):
    run = deploy("Lobby")
    with cast.at_meadow(cast.mallory):
        assert (Deployment.objects.count(), DeployedScreen.objects.count()) == (0, 0)
        clock.advance(timedelta(seconds=3))
        deploying.advance(deployment_id=run.pk)
    assert standing(run).state == "running"
