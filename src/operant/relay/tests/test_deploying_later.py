from datetime import timedelta

import pytest

from operant.platform import clock
from operant.platform.refusals import Gone
from operant.relay import events
from operant.relay.actions import deploying, keeping
from operant.relay.models import Screen
from operant.relay.tests.helpers import about, only, prepared, republished, tick
from operant.stage.actions import archive
from operant.stage.models import Dashboard


def test_a_publication_reaches_every_screen_at_once_and_ends_what_runs(cast, board, deploy, told, standing, announced):
    run = deploy("Lobby")
    with cast.at_harbour(cast.ben):
        third = republished(cast, Dashboard.objects.get())
    assert third.number == 3
    assert told() == {"Lobby": 3, "Hall": 3, "Yard": 3}
    tick()
    assert (standing(run).state, standing(run).reason) == ("replaced", "version 3 was published in the meantime")
    assert only(announced, events.DeploymentReplaced) == [
        events.DeploymentReplaced(**about(run, board), reason="version 3 was published in the meantime")
    ]


def test_a_newer_deployment_replaces_the_one_that_runs(cast, board, new, deploy, told, standing):
    older = deploy("Lobby")
    with cast.at_harbour(cast.ben):
        third = prepared(cast, Dashboard.objects.get(), "# Third")
    newer = deploy("Hall", version=third)
    assert (standing(older).state, standing(newer).state) == ("replaced", "running")
    assert standing(older).reason == "version 3 is deployed instead"
    assert told() == {"Lobby": 1, "Hall": 3, "Yard": 1}


def test_it_begins_at_its_time(cast, board, deploy, told, standing, announced):
    at = clock.now() + timedelta(hours=1)
    run = deploy("Lobby", at=at)
    tick(3590)
    assert (standing(run).state, told()["Lobby"]) == ("planned", 1)
    tick(11)
    assert (standing(run).state, told()["Lobby"]) == ("running", 2)
    assert only(announced, events.DeploymentPlanned) == [
        events.DeploymentPlanned(
            **about(run, board), stages="Lobby, then all screens", due_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"), note="",
            created_by="Ben",
        )
    ]  # fmt: skip


def test_a_planned_one_is_canceled_once(cast, deploy, standing, told):
    run = deploy("Lobby", at=clock.now() + timedelta(hours=1))
    with cast.at_harbour(cast.ben):
        deploying.cancel(deployment=run)
        with pytest.raises(Gone):
            deploying.cancel(deployment=run)
    tick(3700)
    assert (standing(run).state, told()["Lobby"]) == ("canceled", 1)


def test_a_planned_one_does_not_go_behind_what_was_published_meanwhile(cast, deploy, standing, told):
    run = deploy("Lobby", at=clock.now() + timedelta(hours=1))
    with cast.at_harbour(cast.ben):
        republished(cast, Dashboard.objects.get())
    tick(3601)
    assert (standing(run).state, standing(run).reason) == ("canceled", "version 3 was published in the meantime")
    assert told()["Lobby"] == 3


def test_a_planned_one_of_a_deleted_dashboard_is_canceled(cast, new, deploy, standing, tvs):
    run = deploy(at=clock.now() + timedelta(hours=1))
    with cast.at_harbour(cast.ann):
        for each in Screen.objects.all():
            keeping.assign(screen=each)
        archive(dashboard=Dashboard.objects.get())
    tick(3601)
    assert (standing(run).state, standing(run).reason) == ("canceled", "the dashboard was deleted")


def test_a_dashboard_that_is_deleted_while_it_is_deployed_ends_it(cast, new, deploy, standing, tvs):
    run = deploy("Lobby")
    with cast.at_harbour(cast.ann):
        for each in Screen.objects.all():
            keeping.assign(screen=each)
        archive(dashboard=Dashboard.objects.get())
    tick()
    assert standing(run).state == "halted"
