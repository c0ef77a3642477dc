"""Two who act on the same screens at once: neither waits for the other for ever, and nothing that one of them did is lost."""

from functools import partial

import pytest

from operant.platform import clock
from operant.platform.refusals import Gone
from operant.platform.tenancy.ids import public_id
from operant.relay import tokens
from operant.relay.actions import alerting, keeping, looking, nudging, pairing, picturing, watching
from operant.relay.models import Alerting, Pairing, Screen, Screenshot, Watch
from operant.relay.queries import devices, playing, takeovers
from operant.relay.queries.targets import ALL
from operant.relay.refusals import Unpaired
from operant.testing.meanwhile import meanwhile
from operant.testing.pictures import jpeg
from operant.testing.relay import Tv, paired


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


def test_of_two_first_terms_at_once_the_second_holds(cast, screens):
    def choose(kinds, screen):
        numbers = {"never_seen_hours": 2, "errors_from": 20, "silent_minutes": 3}
        alerting.choose(kinds=kinds, **numbers, by=cast.ben, screen=screen)

    for screen in (screens[0], None):
        with cast.at_harbour(cast.ann):
            choose(["late"], screen)
            second = meanwhile(cast, partial(choose, ["offline"], screen))
        second.join()
    with cast.at_harbour():
        assert [each.kinds for each in Alerting.objects.all()] == [["offline"], ["offline"]]


def test_a_forged_refresh_token_waits_for_nobody(cast, screens):
    forged, refused = tokens.first(tokens.REFRESH, cast.harbour.pk, screens[0].pk), []

    def refresh():
        with pytest.raises(Unpaired):
            devices.refreshing(tokens.parse(tokens.REFRESH, forged))
        refused.append(forged)

    with cast.at_harbour():
        Screen.objects.select_for_update().get(pk=screens[0].pk)
        asking = meanwhile(cast, refresh)
        assert refused == [forged]
    asking.join()


@pytest.fixture
def asked(cast):
    """A screen that was asked for its picture, and a function: let it be sent, and say whether it was taken."""
    screen = paired(Tv(), cast.at_harbour, cast.ann)
    with cast.at_harbour(cast.ben):
        command = public_id("cmd", keeping.send(screen=screen, kind="screenshot", by=cast.ben).pk)

    def send():
        try:
            picturing.keep_screenshot(screen=screen, command=command, version=None, content=jpeg(960, 540))
        except Gone:
            return False
        return True

    return screen, send


@pytest.fixture(params=["unpaired", "replaced"])
def end(cast, asked, request):
    """Return a function: end the device that was asked."""
    screen, _ = asked
    if request.param == "unpaired":
        return lambda: keeping.unpair(screen=screen)
    code = tokens.hashed_code(Tv(address="10.0.0.8").say_hello().json()["code"])
    return lambda: pairing.replace(device=Pairing.objects.get(code_hash=code), screen=screen, by=cast.ann)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_picture_leaves_with_its_device_whichever_comes_first(cast, asked, end, is_first):
    (screen, send), taken = asked, []
    acts = [lambda: taken.append(send()), end]
    first, second = acts if is_first else reversed(acts)
    with cast.at_harbour(cast.ann):
        first()
        waiting = meanwhile(cast, second)
        assert waiting.is_alive()
    waiting.join()
    with cast.at_harbour():
        still = Screen.objects.filter(pk=screen.pk, unpaired_at=None, generation=screen.generation)
        assert (taken, Screenshot.objects.count(), still.exists()) == ([is_first], 0, False)
