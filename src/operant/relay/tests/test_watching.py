from datetime import timedelta

import pytest

from operant.platform import clock
from operant.platform.messaging.models import Message
from operant.platform.queue import waits
from operant.relay import events
from operant.relay.actions import watching
from operant.testing.queue import run_jobs


@pytest.fixture
def alive(frozen, screen, tv, board):
    """A screen that just sent a heartbeat, at a frozen time."""
    tv.renew()
    assert tv.beat(version=board.published.public_id).status_code == 200
    return screen


def _tick(seconds=0):
    clock.advance(timedelta(seconds=seconds))
    while waits.sweep():
        run_jobs()


def test_a_silent_screen_is_late_and_then_offline(alive, fresh, announced, board):
    seen = clock.now()
    _tick(74)
    assert fresh(alive).state == "online"
    _tick(1)
    assert (fresh(alive).state, announced) == ("late", [])
    _tick(104)
    assert fresh(alive).state == "late"
    _tick(1)
    assert (fresh(alive).state, fresh(alive).went_offline_at) == ("offline", clock.now())
    assert announced == [
        events.ScreenWentOffline(
            screen_id=alive.public_id,
            name="Lobby",
            because="silence",
            last_seen_at=seen,
            dashboard=board.name,
            version=1,
        )
    ]
    _tick(600)
    assert [each.NAME for each in announced] == ["relay.screen.went_offline", "relay.screens.in_trouble"]


def test_a_heartbeat_takes_a_late_screen_back(alive, tv, fresh, announced):
    _tick(80)
    assert fresh(alive).state == "late"
    tv.beat()
    assert fresh(alive).state == "online"
    _tick(74)
    assert (fresh(alive).state, announced) == ("online", [])


def test_a_goodbye_is_believed_after_two_seconds(alive, tv, fresh, announced):
    tv.post("goodbye", {"access": tv.access})
    _tick(1)
    assert fresh(alive).state == "online"
    _tick(1)
    assert (fresh(alive).state, [each.because for each in announced]) == ("offline", ["goodbye"])


def test_a_page_that_reloads_says_goodbye_and_returns(alive, tv, fresh, announced):
    _tick(1)
    tv.post("goodbye", {"access": tv.access})
    clock.advance(timedelta(milliseconds=300))
    tv.renew()
    assert tv.beat().status_code == 200
    _tick(5)
    assert (fresh(alive).state, announced) == ("online", [])


@pytest.mark.parametrize("later", [0, 5], ids=["before it is believed", "afterwards"])
def test_what_a_page_sent_before_its_goodbye_and_comes_after_it_revives_nothing(alive, tv, fresh, announced, later):
    _tick(1)
    tv.post("goodbye", {"access": tv.access})
    _tick(later)
    overtaken = tv.beat()
    assert (overtaken.status_code, overtaken.json()["error"]) == (401, "expired")
    _tick(5)
    assert (fresh(alive).state, [each.because for each in announced]) == ("offline", ["goodbye"])
    # A page that lives on after all does what it does with every token that is over.
    tv.renew()
    assert (tv.beat().status_code, fresh(alive).state) == (200, "online")


def test_a_page_that_leaves_before_its_first_heartbeat_is_heard_brings_no_screen_back(alive, tv, fresh, announced):
    _tick(75)
    _tick(105)
    tv.renew()
    _tick(1)
    tv.post("goodbye", {"access": tv.access})
    assert (tv.beat().status_code, fresh(alive).state) == (401, "offline")
    assert [each.because for each in announced] == ["silence"]


def test_a_screen_that_was_never_seen_is_not_offline(screen, fresh, frozen, announced):
    del announced[:]
    _tick(3600)
    assert (fresh(screen).state, announced) == ("never_seen", [])


def test_two_workers_make_one_flip(cast, alive, announced):
    _tick(80)
    clock.advance(timedelta(seconds=100))
    for _ in range(2):
        with cast.at_harbour():
            watching.settle(ids=[alive.pk])
    assert [each.NAME for each in announced] == ["relay.screen.went_offline"]


def test_a_worker_that_read_before_the_heartbeat_changes_nothing(cast, alive, tv, fresh, announced):
    with cast.at_harbour():
        from operant.relay.models import Screen

        read_before = Screen.objects.get()
    clock.advance(timedelta(seconds=200))
    tv.renew()
    tv.beat()
    with cast.at_harbour():
        watching._end(read_before, "silence", clock.now())
        assert watching._mark_late(Screen.objects.filter(pk=alive.pk), clock.now()) == []
    assert (fresh(alive).state, announced) == ("online", [])


def test_a_clock_that_slept_gives_screens_a_chance_first(alive, tv, fresh, announced):
    _tick(3600)
    assert (fresh(alive).state, announced) == ("online", [])
    _tick(75)
    assert [each.NAME for each in announced] == ["relay.screen.went_offline"]


def test_an_unpaired_screen_is_not_watched(cast, alive, announced):
    from operant.relay.actions import keeping

    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=alive)
    del announced[:]
    _tick(200)
    assert announced == []


def test_whoever_can_do_something_about_it_gets_a_mail_when_it_goes_and_one_when_it_returns(cast, alive, tv, board):
    _tick(75)
    _tick(105)
    _tick(30)
    _tick(60)
    with cast.at_harbour():
        first = list(Message.objects.filter(template="news"))
        assert sorted(each.recipient for each in first) == [f"{name}@harbour.example" for name in ("ada", "ann", "ben")]
        assert {each.subject for each in first} == {"The screen Lobby went offline"}
        text = first[0].text
    assert f"Last painted: {board.name}, version 1" in text
    assert f"/o/harbour/screens/{alive.public_id}" in text
    _tick(510)
    tv.renew()
    tv.beat()
    _tick()
    _tick(60)
    _tick(60)
    with cast.at_harbour():
        back = list(Message.objects.filter(template="news").exclude(pk__in=[each.pk for each in first]))
        assert [each.subject for each in back] == ["The screen Lobby came back after 10 min"] * 3
        assert "It lasted 10 minutes." in back[0].text


def test_a_name_cannot_smuggle_markup_or_headers_into_a_mail(cast, alive, tv):
    from operant.relay.actions import keeping

    with cast.at_harbour(cast.ann):
        keeping.rename(screen=alive, name="<b>Lobby</b>\r\nBcc: mallory@meadow.example")
    _tick(75)
    _tick(105)
    _tick(30)
    _tick(60)
    with cast.at_harbour():
        mail = Message.objects.filter(template="news").first()
        assert "\n" not in mail.subject
        assert "<b>Lobby</b>" not in mail.html
