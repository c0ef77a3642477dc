"""Two who act on the same screens at once: neither waits for the other for ever, and nothing that one of them did is lost."""

import pytest

from operant.platform import clock
from operant.relay.actions import looking, nudging, watching
from operant.relay.models import Screen, Watch
from operant.relay.queries import playing, takeovers
from operant.relay.queries.targets import ALL
from operant.testing.meanwhile import meanwhile


@pytest.fixture
def cast(committed):
    """The cast, really committed: two transactions see each other."""
    return committed


@pytest.fixture
def screens(cast, fleet):
    """Six screens of Harbour that are looked after, by key; their rows and watches stand in another order."""
    made = sorted(fleet(6)[0], key=lambda each: each.pk)
    with cast.at_harbour():
        Watch.objects.bulk_create([Watch(screen=each, due_at=None) for each in reversed(made)])
    for each in reversed(made):
        with cast.at_harbour():
            Screen.objects.filter(pk=each.pk).update(name=f"{each.name}.")
    return made


def test_a_wake_during_a_look_is_not_lost(cast, screens):
    now = clock.now()
    with cast.at_harbour():
        Watch.objects.filter(screen=screens[0]).update(due_at=now)
    with cast.at_harbour():
        looking.look(ids=[Watch.objects.get(screen=screens[0]).pk])
        planned = Watch.objects.get(screen=screens[0]).due_at
        waking = meanwhile(cast, lambda: looking.wake(screens=[screens[0].pk]))
    waking.join()
    with cast.at_harbour():
        assert (planned > clock.now(), Watch.objects.get(screen=screens[0]).due_at <= clock.now()) == (True, True)



@pytest.mark.parametrize(
    "act",
    [
        lambda screens: looking.wake(screens=[each.pk for each in screens]),
        lambda screens: looking.wake_all(),
        lambda screens: nudging.expect_of(screens=[each.pk for each in screens]),
    ],
    ids=["wake", "wake all", "expect"],
)
def test_watches_are_locked_in_the_order_of_their_screens(cast, screens, act):
    assert_in_order(cast, screens, Watch, "screen", act)


def test_screens_that_are_settled_are_locked_in_order(cast, screens):
    assert_in_order(cast, screens, Screen, "pk", lambda screens: watching.settle(ids=[each.pk for each in screens]))


def assert_in_order(cast, screens, model, key, act):
    """While the second is held elsewhere, whoever acts on all holds the first, and nothing of what comes after."""
    with cast.at_harbour():
        model.objects.select_for_update().get(**{key: screens[1].pk})
        acting = meanwhile(cast, lambda: act(screens))
        later = [each.pk for each in screens[2:]]
        free = len(model.objects.filter(**{f"{key}__in": later}).select_for_update(skip_locked=True))
        first = len(model.objects.filter(**{key: screens[0].pk}).select_for_update(skip_locked=True))
    acting.join()
    assert (free, first) == (4, 0)


def test_who_takes_over_locks_the_dashboard_before_any_screen(cast, screens, board):
    with cast.at_harbour():
        playing.hold(board)
        taking = meanwhile(cast, lambda: takeovers.held([ALL], shows=board))
        assert (taking.is_alive(), len(Screen.objects.select_for_update(skip_locked=True))) == (True, 6)
    taking.join()
