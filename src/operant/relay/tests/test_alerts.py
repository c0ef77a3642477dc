"""What people hear of screens: when, together with what, and how often. With a held clock, by the waits alone."""

from datetime import time, timedelta

import pytest

from operant.platform import clock, reading
from operant.platform.queue import waits
from operant.platform.refusals import Invalid
from operant.relay import events
from operant.relay.actions import alarming, alerting, keeping, looking, places
from operant.relay.models import Alarm, Alerting, Kind, Screen, Watch
from operant.relay.queries import alarms
from operant.relay.queries import fleet as fleet_queries
from operant.relay.tests.helpers import pass_time
from operant.testing.queue import run_jobs
from operant.testing.relay import fault

USUAL = [each for each in Kind.values if each != "late"]
TOLD = ("relay.screens.in_trouble", "relay.screens.well_again")


@pytest.fixture
def alive(frozen, screen, tv, board):
    """A screen that just sent a heartbeat with the published version, at a frozen time."""
    tv.renew()
    assert tv.beat(version=board.published.public_id).status_code == 200
    pass_time()
    return screen


@pytest.fixture
def told(announced):
    """Return a function: what people were told of screens, in words."""
    return lambda: [each.what for each in announced if each.NAME in TOLD]


@pytest.fixture
def looked_after(cast, fleet, frozen):
    """Return a function: so many screens of Harbour that are looked after, online and up to date."""

    def made(count):
        screens, _ = fleet(count)
        with cast.at_harbour():
            Watch.objects.bulk_create([Watch(screen=each, due_at=None) for each in screens])
        return screens

    return made


def beat_for(tv, seconds, *, version, faults=None):
    """A screen beats each minute while time passes, or reports a fault of this moment every half minute if told."""
    while seconds > 0:
        step = min(seconds, 30 if faults else 60)
        seconds -= step
        pass_time(step)
        if clock.now().minute % 10 == 0:
            tv.renew()
        assert tv.beat(version=version, errors=[fault(**faults)] if faults else []).status_code == 200
    pass_time()


def test_silence_is_told_after_three_minutes_and_a_half_and_its_end_after_a_minute(alive, tv, told):
    pass_time(200)
    assert told() == []
    pass_time(20)
    assert told() == ["The screen Lobby went offline"]
    pass_time(630)
    tv.renew()
    tv.beat()
    pass_time()
    pass_time(50)
    assert told() == ["The screen Lobby went offline"]
    pass_time(10)
    assert told() == ["The screen Lobby went offline", "The screen Lobby came back after 11 min"]


def test_whoever_returns_before_it_was_told_is_no_news(alive, tv, told, cast):
    pass_time(185)
    tv.renew()
    tv.beat()
    pass_time(70)
    assert told() == []
    with cast.at_harbour():
        assert Alarm.objects.count() == 0


def test_what_flaps_is_told_once_and_rests_longer_each_time(alive, tv, board, told, cast):
    version = board.published.public_id
    pass_time(220)
    for times in (2, 3, 4):
        tv.renew()
        tv.beat(version=version)
        pass_time(1)
        tv.post("goodbye", {"access": tv.access})
        pass_time(10)
        with cast.at_harbour():
            assert (Alarm.objects.get().state, Alarm.objects.get().times) == ("raised", times)
    assert told() == ["The screen Lobby went offline"]
    tv.renew()
    tv.beat(version=version)
    for _ in range(15):
        pass_time(30)
        tv.beat(version=version)
    assert len(told()) == 1
    pass_time(50)
    assert [each.partition(" after ")[0] for each in told()] == ["The screen Lobby went offline", "The screen Lobby came back"]


def test_many_at_once_are_one_notification_that_names_them(cast, looked_after, told, announced):
    screens = looked_after(7)
    pass_time()
    del announced[:]
    pass_time(220)
    assert told() == ["7 of 7 screens went offline: Screen 0, Screen 1, Screen 2 and 4 more"]
    fact = next(each for each in announced if each.NAME in TOLD)
    assert (fact.count, fact.total, fact.screen_ids) == (7, 7, [each.public_id for each in screens])
    with cast.at_harbour():
        Screen.objects.filter(pk__in=[each.pk for each in screens[:3]]).update(
            state="online", last_seen_at=clock.now(), due_at=clock.now() + timedelta(seconds=75)
        )
        looking.wake(screens=[each.pk for each in screens])
    pass_time(70)
    assert told()[1:] == ["3 of 7 screens came back after 1 min: Screen 0, Screen 1, Screen 2"]


def test_a_screen_that_never_opened_its_player_is_told_of_after_two_hours(frozen, screen, tv, told):
    pass_time(2 * 3600)
    assert told() == []
    pass_time(30)
    assert told() == ["The screen Lobby was never seen since it was paired"]
    tv.renew()
    assert tv.beat().status_code == 200
    pass_time(70)
    assert told()[1:] == ["The screen Lobby was seen after 2 h 1 min"]


def test_late_is_told_only_to_those_who_want_it(cast, alive, told):
    with cast.at_harbour(cast.ben):
        alerting.choose(silent_minutes=3, kinds=[*Kind.values], never_seen_hours=2, errors_from=20, by=cast.ben)
    pass_time(110)
    assert told() == ["The screen Lobby is late"]


def test_what_is_switched_off_is_not_told(cast, alive, told):
    with cast.at_harbour(cast.ben):
        alerting.choose(silent_minutes=3, kinds=["behind"], never_seen_hours=2, errors_from=20, by=cast.ben)
    pass_time(600)
    assert told() == []


def test_what_is_switched_off_while_it_lasts_ends_and_nobody_is_told_that_it_came_back(cast, alive, told):
    pass_time(220)
    with cast.at_harbour(cast.ben):
        alerting.choose(silent_minutes=3, kinds=["behind"], never_seen_hours=2, errors_from=20, by=cast.ben)
    pass_time(600)
    assert told() == ["The screen Lobby went offline"]
    with cast.at_harbour():
        assert Alarm.objects.count() == 0


def test_one_that_was_never_seen_is_not_seen_because_it_may_take_longer(cast, frozen, screen, told):
    pass_time(2 * 3600 + 60)
    assert told() == ["The screen Lobby was never seen since it was paired"]
    with cast.at_harbour(cast.ben):
        alerting.choose(silent_minutes=3, kinds=list(Kind), never_seen_hours=48, errors_from=20, by=cast.ben)
    pass_time(600)
    assert len(told()) == 1


def test_errors_that_rise_are_told_and_those_that_always_come_are_not(alive, tv, board, told):
    version = board.published.public_id
    beat_for(tv, 300, version=version, faults={"count": 1})
    assert told() == []
    beat_for(tv, 60, version=version, faults={"count": 15})
    pass_time(30)
    assert told() == ["The screen Lobby reports more and more errors"]
    tv.beat(version=version)
    beat_for(tv, 1200, version=version)
    assert [each.partition(" after ")[0] for each in told()[1:]] == ["The screen Lobby reports no more errors than usual"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("clock_off", "The screen Lobby has a wrong clock"), ("frames_stalled", "The screen Lobby stands still")],
)
def test_what_a_screen_says_of_itself_is_told_when_it_goes_on(alive, tv, board, told, code, sentence):
    version = board.published.public_id
    beat_for(tv, 120, version=version, faults={"code": code})
    assert told() == []
    beat_for(tv, 120, version=version, faults={"code": code})
    assert told() == [sentence]


def test_what_was_wrong_stays_so_while_nobody_can_tell(cast, alive, tv, board, told):
    beat_for(tv, 240, faults={"code": "clock_off"}, version=board.published.public_id)
    pass_time(240)
    with cast.at_harbour():
        assert sorted(Alarm.objects.values_list("kind", "state")) == [("clock", "raised"), ("offline", "raised")]
    assert told() == ["The screen Lobby has a wrong clock", "The screen Lobby went offline"]


def test_nobody_is_told_of_what_is_muted_until_the_mute_is_over(cast, alive, tv, told):
    with cast.at_harbour(cast.ben):
        until = alarming.mute(screens=[alive], hours=8, by=cast.ben)
    pass_time(300)
    assert (told(), until) == ([], clock.now() - timedelta(seconds=300) + timedelta(hours=8))
    clock.advance(timedelta(hours=8))
    pass_time(10)
    assert told() == ["The screen Lobby went offline"]


def test_an_unmuted_screen_is_told_of_at_once(cast, alive, told, announced):
    with cast.at_harbour(cast.ben):
        alarming.mute(screens=[alive], hours=24, by=cast.ben)
    pass_time(300)
    with cast.at_harbour(cast.ben):
        alarming.unmute(screens=[alive], by=cast.ben)
        alarming.unmute(screens=[alive], by=cast.ben)
    pass_time(10)
    assert told() == ["The screen Lobby went offline"]
    names = [each.NAME for each in announced if "mute" in each.NAME]
    assert names == ["relay.screens.muted", "relay.screens.unmuted"]


def test_a_mute_is_for_8_or_24_hours(cast, alive):
    with cast.at_harbour(cast.ben), pytest.raises(Invalid):
        alarming.mute(screens=[alive], hours=9, by=cast.ben)


def test_an_unpaired_screen_is_nobodys_trouble(cast, alive, told):
    from operant.relay.actions import keeping

    pass_time(190)
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=alive)
        assert (Watch.objects.count(), Alarm.objects.count()) == (0, 0)
    pass_time(60)
    assert told() == []


def test_two_workers_tell_once(cast, alive, told):
    pass_time(190)
    clock.advance(timedelta(seconds=60))
    with cast.at_harbour():
        ids = list(Alarm.objects.values_list("pk", flat=True))
        alarming.tell(ids=ids)
        alarming.tell(ids=ids)
    assert told() == ["The screen Lobby went offline"]


def test_a_lost_job_is_made_up_for(cast, alive, told):
    pass_time(180)
    clock.advance(timedelta(seconds=40))
    waits.sweep()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'relay.tell'")
    pass_time(50)
    assert told() == []
    pass_time(20)
    assert told() == ["The screen Lobby went offline"]


@pytest.mark.parametrize(("hours", "errors"), [(0, 20), (337, 20), (2, 4), (2, 10_001)])
def test_numbers_out_of_bounds_are_refused(cast, db, hours, errors):
    with cast.at_harbour(cast.ben):
        with pytest.raises(Invalid):
            alerting.choose(silent_minutes=3, kinds=[], never_seen_hours=hours, errors_from=errors, by=cast.ben)
        assert Alerting.objects.count() == 0


def own(cast, screen, **terms):
    usual = {"kinds": USUAL, "never_seen_hours": 2, "errors_from": 20, "silent_minutes": 3}
    with cast.at_harbour(cast.ben):
        alerting.choose(screen=screen, by=cast.ben, **{**usual, **terms})


def test_a_screen_that_is_off_each_weekend_is_told_of_only_when_it_stays_off(cast, alive, tv, told):
    own(cast, alive, silent_minutes=60)
    pass_time(3000)
    tv.renew()
    tv.beat()
    pass_time(600)
    assert told() == []
    pass_time(3200)
    assert told() == ["The screen Lobby went offline"]


def test_another_is_told_of_as_soon_as_it_is_late(cast, alive, tv, told):
    own(cast, alive, silent_minutes=1)
    pass_time(60)
    assert told() == []
    pass_time(20)
    assert told() == ["The screen Lobby went offline"]
    pass_time(300)
    assert told() == ["The screen Lobby went offline"]
    tv.renew()
    tv.beat()
    pass_time(70)
    assert told() == ["The screen Lobby went offline", "The screen Lobby came back after 6 min"]


def test_one_that_is_late_is_not_back_because_it_may_be_silent_for_longer(cast, alive, tv, told):
    own(cast, alive, silent_minutes=1)
    pass_time(80)
    own(cast, alive, silent_minutes=3)
    pass_time(300)
    assert told() == ["The screen Lobby went offline"]
    tv.renew()
    tv.beat()
    pass_time(70)
    assert told() == ["The screen Lobby went offline", "The screen Lobby came back after 6 min"]


def test_own_terms_hold_for_one_screen_until_it_is_as_everywhere_again(cast, looked_after, told, announced):
    with_own, other = looked_after(2)
    own(cast, with_own, kinds=[])
    pass_time(230)
    assert told() == [f"The screen {other.name} went offline"]
    with cast.at_harbour(cast.ben):
        for _ in range(2):
            alerting.as_everywhere(screen=with_own, by=cast.ben)
    pass_time(40)
    assert told() == [f"The screen {each.name} went offline" for each in (other, with_own)]
    changed = [each.changes for each in announced if each.NAME == "relay.screen.alerting_changed"]
    words = "never seen off, offline off, behind off, errors rising off, frozen off, clock wrong off"
    assert changed == [f"on its own terms, {words}", "as everywhere"]


def test_a_change_while_it_is_dark_counts_from_when_that_began(cast, alive, told):
    own(cast, alive, silent_minutes=60)
    pass_time(1200)
    own(cast, alive, silent_minutes=10)
    pass_time(40)
    assert told() == ["The screen Lobby went offline"]


@pytest.mark.parametrize("kinds", [["late", "offline"], ["late"]])
def test_who_was_late_and_went_offline_is_not_back(cast, alive, tv, told, kinds):
    own(cast, alive, kinds=kinds)
    pass_time(900)
    gone = ["The screen Lobby is late", *(["The screen Lobby went offline"] if "offline" in kinds else [])]
    assert told() == gone
    tv.renew()
    tv.beat()
    pass_time(70)
    assert [each.split(" after ")[0] for each in told()[len(gone) :]] == [
        "The screen Lobby came back" if "offline" in kinds else "The screen Lobby is back"
    ]


def test_an_unpaired_screen_leaves_no_terms(cast, alive):
    own(cast, alive, kinds=[])
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=alive)
        assert Alerting.objects.count() == 0


def test_what_is_chosen_is_announced_once(cast, db, announced):
    with cast.at_harbour(cast.ben):
        for _ in range(2):
            alerting.choose(silent_minutes=3, kinds=["late", "offline"], never_seen_hours=5, errors_from=20, by=cast.ben)
        assert alarms.terms().kinds == ["late", "offline"]
    off = "never seen off, late on, behind off, errors rising off, frozen off, clock wrong off"
    assert announced == [events.AlertingChanged(changes=f"{off}, never seen after 5 h", changed_by=cast.ben.name)]


@pytest.fixture
def leeds(cast, frozen):
    """A site of Harbour that is open from 8 to 18 by UTC, while it is noon there."""
    clock.advance((frozen.replace(hour=12, minute=0, second=0) - frozen) % timedelta(days=1))
    with cast.at_harbour(cast.ann):
        return places.make_site(name="Leeds", time_zone="UTC", opens_at=time(8), closes_at=time(18), by=cast.ann)


def at(site, screens, cast):
    with cast.at_harbour():
        Screen.objects.filter(pk__in=[each.pk for each in screens]).update(site=site)


def test_each_site_is_a_notification_of_its_own(cast, leeds, looked_after, told):
    screens = looked_after(8)
    at(leeds, screens[:6], cast)
    pass_time(230)
    assert sorted(told()) == [
        "2 of 2 screens went offline: Screen 6, Screen 7",
        "Leeds: 6 of 6 screens went offline: Screen 0, Screen 1, Screen 2 and 3 more",
    ]


def test_one_of_a_site_is_named_with_it(cast, leeds, looked_after, told):
    at(leeds, looked_after(1), cast)
    pass_time(230)
    assert told() == ["The screen Screen 0 at Leeds went offline"]


def test_outside_the_hours_of_its_site_a_screen_is_asleep_and_told_of_ten_minutes_after_they_begin(
    cast, leeds, looked_after, told, signed_in
):
    (one,) = looked_after(1)
    at(leeds, [one], cast)
    clock.advance(timedelta(hours=7))
    with cast.at_harbour():
        Screen.objects.update(last_seen_at=clock.now(), due_at=clock.now() + timedelta(seconds=75))
    pass_time(300)
    with cast.at_harbour():
        assert fleet_queries.screens().get().status == "asleep"
        assert fleet_queries.counts().offline == 0
        opening = Watch.objects.get().due_at
    assert (told(), opening.hour, opening.minute) == ([], 8, 10)
    page = signed_in(cast.cleo).get(f"/o/harbour/screens/{one.public_id}/").content.decode()
    assert f"Asleep until {reading.instant(opening - timedelta(minutes=10))}" in page
    clock.advance(opening - clock.now())
    pass_time(40)
    assert told() == ["The screen Screen 0 at Leeds went offline"]
    with cast.at_harbour():
        assert fleet_queries.screens().get().status == "offline"


def test_longer_hours_wake_those_who_sleep(cast, leeds, looked_after, told):
    at(leeds, looked_after(1), cast)
    clock.advance(timedelta(hours=7))
    with cast.at_harbour():
        Screen.objects.update(last_seen_at=clock.now(), due_at=clock.now() + timedelta(seconds=75))
    pass_time(300)
    with cast.at_harbour(cast.ann):
        places.change_site(site=leeds, closes_at=time(22), by=cast.ann)
    run_jobs()
    pass_time(50)
    assert told() == ["The screen Screen 0 at Leeds went offline"]


@pytest.mark.parametrize("code", ["clock_off", "frames_stalled"])
def test_a_single_glitch_is_told_to_nobody(cast, alive, tv, board, told, code):
    version = board.published.public_id
    beat_for(tv, 30, version=version, faults={"code": code})
    beat_for(tv, 420, version=version)
    with cast.at_harbour():
        assert (told(), Alarm.objects.count()) == ([], 0)


def test_never_seen_is_told_of_in_the_morning(cast, leeds, screen, told):
    at(leeds, [screen], cast)
    clock.advance(timedelta(hours=7))
    with cast.at_harbour():
        Screen.objects.update(paired_at=clock.now() - timedelta(hours=2))
        Watch.objects.update(due_at=clock.now())
    pass_time()
    with cast.at_harbour():
        opening = Watch.objects.get().due_at
    assert (told(), opening.hour, opening.minute) == ([], 8, 10)
    clock.advance(opening - clock.now())
    pass_time(40)
    assert told() == ["The screen Lobby at Leeds was never seen since it was paired"]


def test_a_mute_that_ends_at_night_is_told_of_in_the_morning(cast, leeds, looked_after, told):
    (screen,) = looked_after(1)
    at(leeds, [screen], cast)
    with cast.at_harbour(cast.ben):
        alarming.mute(screens=[screen], hours=8, by=cast.ben)
    pass_time(300)
    clock.advance(timedelta(hours=8))
    pass_time(20)
    with cast.at_harbour():
        opening = Alarm.objects.get().due_at
    assert (told(), opening.hour, opening.minute) == ([], 8, 10)
    clock.advance(opening - clock.now())
    pass_time(10)
    assert told() == ["The screen Screen 0 at Leeds went offline"]


def test_other_places_keep_their_own_time(cast, leeds, looked_after, told):
    here, there = looked_after(2)
    at(leeds, [there], cast)
    now = clock.now()
    with cast.at_harbour():
        Screen.objects.update(state="offline", last_seen_at=now, went_offline_at=now, due_at=None)
        first = Alarm.objects.create(screen=here, kind="offline", since=now, due_at=now)
        Alarm.objects.create(screen=there, kind="offline", since=now, due_at=now + timedelta(seconds=20))
        alarming.tell(ids=[first.pk])
    assert told() == ["The screen Screen 0 went offline"]


def test_who_beats_outside_the_hours_is_judged_by_what_it_shows(cast, leeds, looked_after):
    at(leeds, looked_after(1), cast)
    clock.advance(timedelta(hours=7))
    with cast.at_harbour():
        Screen.objects.update(last_seen_at=clock.now(), rendered_version=None)
        assert fleet_queries.screens().get().status == "behind"
