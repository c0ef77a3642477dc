"""What of deployments goes by itself: old ones, and holds that count no more."""

from datetime import timedelta

import pytest

from operant.platform import clock
from operant.relay import holding
from operant.relay.actions import forgetting, held
from operant.relay.holding import Hold
from operant.relay.models import DeployedScreen, Deployment, Screen
from operant.relay.tests.helpers import prepared, republished, stand
from operant.stage.actions import archive
from operant.stage.models import Dashboard
from operant.testing import stage
from operant.testing.queue import run_chore, run_jobs


def numbers():
    return sorted(Deployment.objects.values_list("version__number", flat=True))


@pytest.fixture
def three(cast, new, deploy, paint, standing):
    """Version 2 is held on the Lobby and version 3 on the Hall; then version 4 is planned."""
    first = deploy("Lobby", to_all=False)
    stand(paint)
    with cast.at_harbour(cast.ben):
        third = prepared(cast, Dashboard.objects.get(), "# Third")
    second = deploy("Hall", to_all=False, version=third)
    stand(paint)
    with cast.at_harbour(cast.ben):
        fourth = prepared(cast, Dashboard.objects.get(), "# Fourth")
    planned = deploy("Yard", version=fourth, at=clock.now() + timedelta(days=300))
    assert (standing(first).state, standing(second).state) == ("done", "done")
    return first, second, planned


def test_old_deployments_are_forgotten_unless_a_screen_is_held_by_them(cast, board, three, told):
    clock.advance(forgetting.KEPT.kept + timedelta(days=1))
    run_chore("relay.forget_deployments")
    with cast.at_harbour(cast.ben):
        assert numbers() == [2, 3, 4]
        held.hold(
            screens=Screen.objects.paired(), dashboard_id=board.pk, base_id=None,
            versions={Screen.objects.get(name="Hall").pk: None},
        )  # fmt: skip
    run_chore("relay.forget_deployments")
    with cast.at_harbour(cast.ben):
        assert (numbers(), DeployedScreen.objects.count()) == ([2, 4], 1)
        # Nothing is held any more, since its base is not what is published.
        Dashboard.objects.update(published=Deployment.objects.get(version__number=4).version)
    run_chore("relay.forget_deployments")
    with cast.at_harbour():
        assert (numbers(), DeployedScreen.objects.count()) == ([4], 0)


def test_what_is_young_or_runs_stays(cast, tvs, deploy, standing):
    run = deploy("Lobby")
    with cast.at_harbour():
        Deployment.objects.filter(pk=run.pk).update(created_at=clock.now() - timedelta(days=400), due_at=None)
    run_chore("relay.forget_deployments")
    assert standing(run).state == "running"
    with cast.at_harbour():
        Deployment.objects.filter(pk=run.pk).update(state="halted", ended_at=clock.now() - timedelta(days=89))
    run_chore("relay.forget_deployments")
    with cast.at_harbour():
        assert numbers() == [2]


def test_publishing_lets_go_of_holds_that_count_no_more(cast, board, three):
    with cast.at_harbour(cast.ben):
        other, gone = (stage.published(by=cast.ben, name=name).dashboard for name in ("Other", "Gone"))
    run_jobs()
    with cast.at_harbour(cast.ben):
        lobby = Screen.objects.get(name="Lobby")
        kept = {other.pk: Hold(board.published_id, other.published_id)}
        more = {**kept, gone.pk: Hold(board.published_id, gone.published_id)}
        lobby.held = holding.held_text({**holding.holds(lobby.held), **more})
        lobby.save(update_fields=["held"])
        archive(dashboard=gone)
    run_jobs()
    with cast.at_harbour(cast.ben):
        assert len(holding.holds(Screen.objects.get(name="Lobby").held)) == 3
        republished(cast, Dashboard.objects.get(pk=board.pk))
    run_jobs()
    with cast.at_harbour():
        found = dict(Screen.objects.values_list("name", "held"))
        assert (holding.holds(found.pop("Lobby")), found) == (kept, {"Hall": "", "Yard": ""})
