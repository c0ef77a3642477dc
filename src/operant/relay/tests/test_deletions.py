"""What is deleted while somebody puts it somewhere: one of both is done, the other is refused in a sentence."""

import threading
from contextlib import suppress

import pytest
from django.db import connections

from operant.platform import tenancy
from operant.platform.refusals import Refusal
from operant.relay.actions import keeping, playlists, schedules
from operant.relay.actions.playlists import Turn
from operant.relay.actions.schedules import Wish
from operant.relay.models import Entry, Playlist, Rule, Schedule, Screen
from operant.relay.queries import fleet, playing
from operant.stage import actions as stage_actions
from operant.stage import queries as stage
from operant.stage.models import Dashboard
from operant.testing import stage as staging

PATIENCE = 30


@pytest.fixture
def cast(committed):
    return committed


@pytest.fixture
def made(cast, request):
    """Ids of a playlist, a schedule, a dashboard, another playlist that holds it, and a screen that shows nothing."""
    (screen,), _ = request.getfixturevalue("fleet")(1, dashboard=None)
    with cast.at_harbour(cast.ben):
        board = staging.published(cast.ben, name="Alone").dashboard
        loop = playlists.make_playlist(name="Loop", by=cast.ben)
        other = playlists.make_playlist(name="Other", by=cast.ben)
        plan = schedules.make_schedule(name="Plan", by=cast.ben)
    return {"loop": loop.pk, "other": other.pk, "plan": plan.pk, "board": board.pk, "screen": screen.pk}


def deleting_loop(by, of):
    loop = playing.playlist(of["loop"], locked=True)
    yield
    playlists.delete_playlist(playlist=loop, by=by)


def deleting_plan(by, of):
    plan = playing.schedule(of["plan"], locked=True)
    yield
    schedules.delete_schedule(schedule=plan, by=by)


def deleting_board(by, of):
    board = stage.dashboard(of["board"])
    yield
    stage_actions.archive(dashboard=board)


def giving_loop(by, of):
    screen, loop = fleet_screen(of), playing.playlist(of["loop"])
    yield
    keeping.assign(screen=screen, playlist=loop)


def giving_board(by, of):
    screen, board = fleet_screen(of), stage.dashboard(of["board"])
    yield
    keeping.assign(screen=screen, dashboard=board)


def giving_plan(by, of):
    screen, plan = fleet_screen(of), playing.schedule(of["plan"])
    yield
    keeping.schedule(screen=screen, schedule=plan)


def ruling_loop(by, of):
    loop, plan = playing.playlist(of["loop"]), playing.schedule(of["plan"], locked=True)
    yield
    schedules.change_schedule(schedule=plan, by=by, rules=[Wish("Noon", playlist=loop)])


def ruling_plan_with_board(by, of):
    plan, board = playing.schedule(of["plan"], locked=True), stage.dashboard(of["board"])
    yield
    schedules.change_schedule(schedule=plan, by=by, rules=[Wish("Noon", dashboard=board)])


def making_rules(by, of):
    loop = playing.playlist(of["loop"])
    yield
    schedules.make_schedule(name="New", by=by, rules=[Wish("Noon", playlist=loop)])


def filling_loop(by, of):
    loop, board = playing.playlist(of["loop"], locked=True), stage.dashboard(of["board"])
    yield
    playlists.change_playlist(playlist=loop, by=by, entries=[Turn(board)])


FILLED = [(deleting_plan, ruling_loop), (deleting_loop, filling_loop)]


def fleet_screen(of):
    return fleet.screen(of["screen"])


@pytest.mark.parametrize(
    "both",
    [
        (deleting_loop, deleting_loop), (deleting_plan, deleting_plan), (deleting_board, deleting_board),
        (deleting_loop, giving_loop), (deleting_plan, giving_plan), (deleting_board, giving_board),
        (deleting_loop, ruling_loop), (deleting_plan, ruling_loop), (deleting_board, ruling_plan_with_board),
        (deleting_loop, making_rules), (deleting_loop, filling_loop), (deleting_board, filling_loop),
    ],
    ids=lambda both: " and ".join(each.__name__ for each in both),
)  # fmt: skip
@pytest.mark.parametrize("first", [0, 1])
def test_of_two_at_once_one_is_done_and_the_other_is_told_why(cast, made, both, first):
    outcomes = at_once(cast, made, both, first)
    assert [isinstance(each, Refusal) or each == "done" for each in outcomes] == [True, True]
    with tenancy.organization_scope(cast.harbour.pk):
        # Nothing stands anywhere that is not there any more.
        gone = Dashboard.objects.exclude(archived_at=None)
        assert Screen.objects.filter(dashboard__in=gone).count() == 0
        assert (Entry.objects.filter(dashboard__in=gone).count(), Rule.objects.filter(dashboard__in=gone).count()) == (0, 0)
        is_there = (Playlist.objects.filter(pk=made["loop"]), Schedule.objects.filter(pk=made["plan"]))
        left = [each.exists() for each in is_there] + [not gone.exists()]
    deleted = "done" in (outcomes if both[0] is both[1] else outcomes[:1])
    assert left.count(False) == int(deleted)
    # What was filled a moment ago may be deleted; all others exclude each other.
    assert outcomes.count("done") == (2 if both in FILLED and outcomes == ["done", "done"] else 1)


def at_once(cast, made, both, first):
    """Let both load what they need, and then act in two transactions; the outcome of each."""
    loaded, acted = threading.Barrier(2), threading.Event()
    outcomes = [None, None]

    def run(number):
        try:
            with tenancy.organization_scope(cast.harbour.pk, person_id=cast.ben.pk):
                steps = both[number](cast.ben, made)
                next(steps)
                # Whoever waits for the other's lock never comes here before that one ended.
                with suppress(threading.BrokenBarrierError):
                    loaded.wait(0.3)
                if number != first:
                    acted.wait(0.3)
                with suppress(StopIteration):
                    next(steps)
            outcomes[number] = "done"
        except Exception as error:
            outcomes[number] = error
        finally:
            acted.set()
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENCE)
    return outcomes
