"""Screens that do not follow a publication: told again, asked to reload, and then somebody's trouble. With a held clock."""

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from operant.platform.events.hints import addressed
from operant.platform.live.hub import hub
from operant.relay import events
from operant.relay.actions import keeping, nudging
from operant.relay.models import Command, Watch
from operant.testing import stage as staging
from operant.testing.queue import run_jobs
from operant.testing.relay import Listening

from .helpers import pass_time, republished
from .test_alerts import alive as alive
from .test_alerts import beat_for
from .test_alerts import leeds as leeds
from .test_alerts import looked_after as looked_after
from .test_alerts import told as told


@pytest.fixture
def follow(cast, alive, board):
    """Publish another version, which the screen in the lobby is told of. Return what it should show."""

    def publish():
        with cast.at_harbour(cast.ben):
            made = republished(cast, board)
        run_jobs()
        return made

    return publish


def nudges(announced):
    return [(each.how, each.seconds) for each in announced if isinstance(each, events.ScreenNudged)]


def commands(cast):
    with cast.at_harbour():
        return list(Command.objects.values_list("kind", "sent_by"))


def test_a_laggard_is_told_again_then_asked_to_reload_then_told_of(cast, alive, tv, board, follow, announced, told):
    old = board.published.public_id
    new = follow()
    beat_for(tv, 30, version=old)
    assert (nudges(announced), commands(cast)) == ([("told again", 30)], [])
    beat_for(tv, 90, version=old)
    assert (nudges(announced), commands(cast)) == ([("told again", 30), ("asked to reload", 120)], [("reload", None)])
    beat_for(tv, 180, version=old)
    assert told() == []
    pass_time(30)
    assert told() == ["The screen Lobby still shows an old version"]
    tv.renew()
    tv.beat(version=new.public_id)
    beat_for(tv, 90, version=new.public_id)
    assert told()[1:] == ["The screen Lobby shows the right version again after 6 min"]
    assert len(nudges(announced)) == 2


def test_who_follows_in_time_is_left_alone(cast, alive, tv, follow, announced, told):
    new = follow()
    assert tv.beat(version=new.public_id).status_code == 200
    beat_for(tv, 600, version=new.public_id)
    assert (nudges(announced), told(), commands(cast)) == ([], [], [])
    with cast.at_harbour():
        assert Watch.objects.values_list("wanted_since", "nudged").get() == (None, 0)


def test_who_is_offline_is_never_nudged(cast, alive, tv, board, follow, announced):
    pass_time(200)
    follow()
    pass_time(600)
    assert (nudges(announced), commands(cast)) == ([], [])


def test_who_sleeps_is_not_nudged_although_it_beats(cast, leeds, looked_after, board, announced):
    from datetime import timedelta

    from operant.platform import clock
    from operant.relay.models import Screen

    (screen,) = looked_after(1)
    clock.advance(timedelta(hours=7))
    with cast.at_harbour(cast.ben):
        Screen.objects.filter(pk=screen.pk).update(site=leeds)
        republished(cast, board)
    run_jobs()
    for _ in range(20):
        with cast.at_harbour():
            Screen.objects.update(state="online", last_seen_at=clock.now(), due_at=clock.now() + timedelta(seconds=75))
        pass_time(30)
    assert (nudges(announced), commands(cast)) == ([], [])


def test_a_publication_in_between_forgives_nobody(cast, alive, tv, board, follow, announced):
    old = board.published.public_id
    follow()
    beat_for(tv, 60, version=old)
    with cast.at_harbour():
        nudging.expect(dashboard=board.public_id)
    beat_for(tv, 60, version=old)
    assert nudges(announced) == [("told again", 30), ("asked to reload", 120)]


def test_another_dashboard_is_followed_as_well(cast, alive, tv, board, announced):
    with cast.at_harbour(cast.ben):
        other = staging.published(by=cast.ben, name="Other").dashboard
        keeping.assign(screen=alive, dashboard=other)
    beat_for(tv, 60, version=board.published.public_id)
    assert nudges(announced) == [("told again", 30)]


def test_a_nudged_screen_is_told_again_on_its_stream_although_it_was_told(cast, alive, tv, board):
    def nudged(step):
        with cast.at_harbour():
            Watch.objects.update(nudged=step)

    async def scenario():
        tv.access and await sync_to_async(tv.renew)()
        ticket = (await sync_to_async(tv.post)("ticket", "")).json()["ticket"]
        async with Listening(f"ticket={ticket}") as stream:
            first = (await stream.until(1))[0]
            await sync_to_async(nudged)(1)
            hub.publish(addressed(cast.harbour.pk, f"screen:{alive.public_id}"))
            assert (await stream.until(2))[1] == first
            await sync_to_async(nudged)(0)
            hub.publish(addressed(cast.harbour.pk, f"screen:{alive.public_id}"))
            await sync_to_async(_ask)(cast, alive)
            hub.publish(addressed(cast.harbour.pk, f"screen:{alive.public_id}"))
            assert (await stream.until(3))[2][0] == "command"

    async_to_sync(scenario)()


def _ask(cast, screen):
    with cast.at_harbour(cast.ben):
        keeping.send(screen=screen, kind="identify", by=cast.ben)
