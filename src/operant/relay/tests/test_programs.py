"""What screens with playlists and schedules are told, what they may ask, and what is asked for them upstream."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.platform import clock
from operant.platform.refusals import Invalid, Refusal
from operant.relay import events
from operant.relay.actions import keeping, playlists, schedules
from operant.relay.actions.playlists import Turn
from operant.relay.actions.schedules import Wish
from operant.relay.models import Screen
from operant.relay.program import Program, Scene, Switch
from operant.relay.program import Turn as On
from operant.relay.queries import fleet
from operant.stage import actions as stage
from operant.stage import showing
from operant.stage.models import Result
from operant.testing import stage as staging

from .helpers import republished

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)  # 11:00 in Berlin


@pytest.fixture
def pulse(cast):
    """A dashboard of Harbour that asks a source."""
    with cast.at_harbour(cast.ben):
        return staging.published(cast.ben, name="Pulse", content=staging.document(staging.source(cast.ben))).dashboard


@pytest.fixture
def loop(cast, board, pulse):
    """A playlist of both dashboards: ten seconds and twenty."""
    with cast.at_harbour(cast.ben):
        return playlists.make_playlist(name="Loop", by=cast.ben, entries=[Turn(board, 10), Turn(pulse, 20)])


def manifest(tv):
    return tv.get("manifest").json()


def turned(told):
    """The titles of a manifest's rounds with their seconds."""
    scenes, rounds = told["program"]["scenes"], told["program"]["rounds"]
    return [[(scenes[turn["scene"]]["dashboard"]["title"], turn["seconds"]) for turn in turns] for turns in rounds]


def test_a_screen_is_told_its_whole_playlist_and_follows_each_change(cast, tv, screen, board, pulse, loop, announced):
    announced.clear()
    before = manifest(tv)
    with cast.at_harbour(cast.ben):
        keeping.assign(screen=screen, playlist=loop)
    told = manifest(tv)
    assert ("program" in before, told["etag"] != before["etag"]) == (False, True)
    assert (turned(told), told["document"], told["dashboard"]) == ([[("Notes", 10), ("Pulse", 20)]], None, None)
    assert [each["version"] for each in told["program"]["scenes"]] == [board.published.public_id, pulse.published.public_id]
    assert [each["round"] for each in told["program"]["switches"]] == [0]
    assert tv.beat().json()["etag"] == told["etag"]
    with cast.at_harbour(cast.ben):
        playlists.change_playlist(playlist=loop, by=cast.ben, entries=[Turn(pulse, 60), Turn(board, 10, is_enabled=False)])
    changed = manifest(tv)
    assert (turned(changed), tv.beat().json()["etag"]) == ([[("Pulse", 60)]], changed["etag"])
    assert announced == [
        events.ScreenPlaylistAssigned(screen_id=screen.public_id, name="Lobby", playlist="Loop"),
        events.PlaylistChanged(playlist_id=loop.public_id, name="Loop", entries=1, seconds=60, changed_by="Ben"),
    ]


def test_a_publication_within_a_playlist_reaches_its_screens(cast, tv, screen, board, loop):
    with cast.at_harbour(cast.ben):
        keeping.assign(screen=screen, playlist=loop)
    before = manifest(tv)
    with cast.at_harbour(cast.ben):
        version = republished(cast, board)
    after = manifest(tv)
    assert (before["etag"] != after["etag"], tv.beat().json()["etag"]) == (True, after["etag"])
    assert after["program"]["scenes"][0]["version"] == version.public_id


def test_what_is_on_later_only_is_not_asked_upstream(cast, tv, screen, board, pulse, frozen):
    with cast.at_harbour(cast.ben):
        # An hour of notes, then an hour of figures: even hours since 1970 begin with the notes.
        long = playlists.make_playlist(name="Long", by=cast.ben, entries=[Turn(board, 3600), Turn(pulse, 3600)])
        keeping.assign(screen=screen, playlist=long)
        Result.objects.all().delete()  # the publication had it asked once
    at = datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert int(at.timestamp()) // 3600 % 2 == 0
    asked = lambda: list(Result.objects.values_list("key", flat=True))  # noqa: E731
    with clock.frozen(at):
        tv.renew()
        (key,) = manifest(tv)["program"]["scenes"][1]["data"].values()
        tv.beat()
        with cast.at_harbour():
            assert asked() == []
        (waiting,) = tv.get(f"data?keys={key}").json()["results"]
        assert (waiting["key"], waiting["state"]) == (key, "waiting")
    with clock.frozen(at + timedelta(minutes=59)):
        tv.renew()
        tv.beat()
        with cast.at_harbour():
            assert asked() == [key]


def test_a_turn_is_no_news_and_what_was_painted_is_known(cast, tv, screen, board, pulse, loop, fresh):
    with cast.at_harbour(cast.ben):
        keeping.assign(screen=screen, playlist=loop)
        assert fleet.screens().get(pk=screen.pk).status == "never_seen"
    for shown in (board, pulse):
        assert tv.beat(version=shown.published.public_id).status_code == 200
        assert fresh(screen).rendered_version_id == shown.published_id
        with cast.at_harbour():
            assert fleet.screens().get(pk=screen.pk).status == "online"
    with cast.at_harbour(cast.ben):
        old = board.published
        republished(cast, board)
    tv.beat(version=old.public_id)
    with cast.at_harbour(cast.ben):
        assert fleet.screens().get(pk=screen.pk).status == "behind"
        other = staging.published(cast.ben, name="Elsewhere")
    tv.beat(version=other.public_id)
    with cast.at_harbour():
        assert fleet.screens().get(pk=screen.pk).status == "behind"


def test_a_schedule_switches_by_priority_and_says_nothing_at_night(cast, tv, screen, board, pulse, loop, frozen):
    with cast.at_harbour(cast.ben):
        cast.harbour.__class__.objects.filter(pk=cast.harbour.pk).update(time_zone="Europe/Berlin")
        plan = schedules.make_schedule(name="House", by=cast.ben, rules=[
            Wish("Lunch", playlist=loop, days=0b11111, starts_at=time(12), ends_at=time(13)),
            Wish("Night", starts_at=time(22), ends_at=time(6)),
        ])  # fmt: skip
        keeping.schedule(screen=screen, schedule=plan)
    with clock.frozen(MONDAY):
        tv.renew()
        told = manifest(tv)["program"]
        titles = [[told["scenes"][turn["scene"]]["dashboard"]["title"] for turn in turns] for turns in told["rounds"]]
        shown = [(each["at"][5:16], None if each["round"] is None else titles[each["round"]]) for each in told["switches"]]
        assert shown[:6] == [
            ("06-01T00:00", None), ("06-01T04:00", ["Notes"]), ("06-01T10:00", ["Notes", "Pulse"]),
            ("06-01T11:00", ["Notes"]), ("06-01T20:00", None), ("06-02T04:00", ["Notes"]),
        ]  # fmt: skip
        assert tv.beat().json()["wanted"] == board.published.public_id
        with cast.at_harbour(cast.ben):
            rules = [Wish("Alarm", dashboard=pulse, first_on=date(2026, 6, 1), last_on=date(2026, 6, 1), priority=3)]
            schedules.change_schedule(schedule=plan, by=cast.ben, rules=rules)
        assert tv.beat().json()["wanted"] == pulse.published.public_id
    with clock.frozen(datetime(2026, 6, 3, 21, tzinfo=UTC)), cast.at_harbour(cast.ben):
        schedules.change_schedule(schedule=plan, by=cast.ben, rules=[Wish("Night", starts_at=time(22), ends_at=time(6))])
        Screen.objects.update(state="online", last_seen_at=clock.now(), rendered_version=None)
        assert fleet.screens().get(pk=screen.pk).status == "online"
    with clock.frozen(MONDAY), cast.at_harbour(cast.ben):
        assert fleet.screens().get(pk=screen.pk).status == "behind"


def test_what_stands_somewhere_is_not_deleted_and_says_where(cast, screen, board, pulse, loop):
    with cast.at_harbour(cast.ben):
        plan = schedules.make_schedule(name="House", by=cast.ben, rules=[Wish("Noon", playlist=loop), Wish("Eve", dashboard=pulse)])
        keeping.schedule(screen=screen, schedule=plan)
        with pytest.raises(Refusal) as refused:
            stage.archive(dashboard=pulse)
        said = "Pulse is shown by Lobby, the playlist Loop, the schedule House. Let them show something else first."
        assert refused.value.sentence == said
        with pytest.raises(Refusal) as refused:
            playlists.delete_playlist(playlist=loop, by=cast.ben)
        assert refused.value.sentence == "Loop is shown by the schedule House. Let them show something else first."
        with pytest.raises(Refusal) as refused:
            schedules.delete_schedule(schedule=plan, by=cast.ben)
        assert refused.value.sentence == "House is the schedule of Lobby. Give them another one, or none, first."
        assert (showing.screens([pulse.pk]), showing.screens([board.pk])) == (0, 0)
        Screen.objects.update(state="online", last_seen_at=clock.now())
        assert (showing.screens([pulse.pk]), showing.screens([board.pk])) == (1, 1)
        keeping.unpair(screen=screen)
        schedules.delete_schedule(schedule=plan, by=cast.ben)
        playlists.delete_playlist(playlist=loop, by=cast.ben)
        stage.archive(dashboard=pulse)


@pytest.mark.parametrize(("made", "sentence"), [
    (lambda each: [Turn(each, 4)], "Notes is on for 5 to 3600 seconds at a time."),
    (lambda each: [Turn(each, values={"region": "x"})], "There is no variable called region here."),
    (lambda each: [Turn(each)] * 31, "A playlist has at most 30 entries. Make a second one."),
])  # fmt: skip
def test_entries_that_cannot_be_are_refused(cast, board, loop, made, sentence):
    with cast.at_harbour(cast.ben):
        with pytest.raises(Invalid) as refused:
            playlists.change_playlist(playlist=loop, by=cast.ben, entries=made(board))
        assert refused.value.sentence == sentence
        assert loop.entries.count() == 2


def test_a_round_is_turned_by_the_clock():
    scenes = tuple(Scene(None, None, name, "", "") for name in "ab")
    at = datetime(2026, 6, 1, tzinfo=UTC)
    program = Program(scenes, ((On(0, 10), On(1, 20)),), (Switch(at, 0), Switch(at + timedelta(hours=1), None)))
    # Its text is part of the manifest's checksum, so it is the same in each process.
    assert repr(replace(program, topics=frozenset({"a", "b"}))) == repr(program)
    begin = at + timedelta(seconds=-int(at.timestamp()) % 30)
    shown = [program.scene_at(begin + timedelta(seconds=each)) for each in (0, 9.999, 10, 29.999, 30)]
    assert [each and each.name for each in shown] == ["a", "a", "b", "b", "a"]
    assert [program.scene_at(at + timedelta(minutes=each)) is None for each in (59, 60)] == [False, True]
    assert {each.name for each in program.scenes_between(begin, begin + timedelta(seconds=10))} == {"a"}
    assert {each.name for each in program.scenes_between(begin, begin + timedelta(seconds=11))} == {"a", "b"}


def _word(cast, screen):
    with cast.at_harbour():
        return fleet.screens().get(pk=screen.pk).status


def _seen(cast, screen, version, painted):
    with cast.at_harbour():
        Screen.objects.filter(pk=screen.pk).update(
            state="online", last_seen_at=clock.now(), rendered_version=version, rendered_at=painted
        )


def test_whoever_stays_on_last_nights_rule_is_behind_though_it_is_the_newest_version(cast, screen, board, pulse):
    with cast.at_harbour(cast.ben):
        cast.harbour.__class__.objects.filter(pk=cast.harbour.pk).update(time_zone="Europe/Berlin")
        night = Wish("Night", dashboard=pulse, starts_at=time(22), ends_at=time(6))
        keeping.schedule(screen=screen, schedule=schedules.make_schedule(name="House", by=cast.ben, rules=[night]))
    ends = datetime(2026, 6, 2, 4, tzinfo=UTC)  # 06:00 in Berlin
    painted = ends - timedelta(hours=8)
    for moment, word in ((-60, "online"), (60, "online"), (104, "online"), (106, "behind"), (3600, "behind")):
        with clock.frozen(ends + timedelta(seconds=moment)):
            _seen(cast, screen, pulse.published, painted)
            assert (moment, _word(cast, screen)) == (moment, word)
    # Its clock may be half a minute ahead.
    for moment, word in ((-31, "behind"), (-29, "online"), (0, "online"), (3600, "online")):
        with clock.frozen(ends + timedelta(seconds=moment)):
            _seen(cast, screen, board.published, ends - timedelta(seconds=29))
            assert (moment, _word(cast, screen)) == (moment, word)


def test_a_round_that_stands_still_is_behind(cast, screen, board, pulse, loop):
    with cast.at_harbour(cast.ben):
        keeping.assign(screen=screen, playlist=loop)
    with clock.frozen(MONDAY):
        for minutes, word in ((0, "online"), (1, "online"), (4, "behind"), (600, "behind")):
            _seen(cast, screen, board.published, MONDAY - timedelta(minutes=minutes))
            assert (minutes, _word(cast, screen)) == (minutes, word)
    with cast.at_harbour(cast.ben):
        # One dashboard alone has no turns, however long ago it was painted.
        playlists.change_playlist(playlist=loop, by=cast.ben, entries=[Turn(board, 10), Turn(board, 20)])
    with clock.frozen(MONDAY):
        _seen(cast, screen, board.published, MONDAY - timedelta(days=1))
        assert _word(cast, screen) == "online"


def test_what_needs_somebody_is_asked_in_as_many_questions_for_nine_screens_as_for_one(cast, screen, board, pulse, loop):
    def asked():
        with cast.at_harbour(), CaptureQueriesContext(connection) as caught:
            assert fleet.count_of_needy() is None
        return len(caught)

    seen = {
        "viewport_width": 1920, "viewport_height": 1080, "browser_engine": "Chromium", "browser_major": 120,
        "last_seen_at": clock.now(), "state": "online", "rendered_at": clock.now(),
    }  # fmt: skip
    with cast.at_harbour(cast.ben):
        keeping.unpair(screen=screen)
        plan = schedules.make_schedule(name="Plan", by=cast.ben, rules=[Wish("Always", dashboard=pulse)])
        Screen.objects.create(name="First", playlist=loop, schedule=plan, rendered_version=pulse.published, **seen)
    one = asked()
    with cast.at_harbour(cast.ben):
        for number in range(8):
            own = playlists.make_playlist(name=f"Loop {number}", by=cast.ben, entries=[Turn(board), Turn(pulse)])
            plan = schedules.make_schedule(name=f"Plan {number}", by=cast.ben, rules=[Wish("Always", playlist=own)])
            Screen.objects.create(name=f"{number}", dashboard=board, schedule=plan, rendered_version=board.published, **seen)
    nine = asked()
    assert (one, nine) == (9, 9)


def test_a_screen_goes_by_its_own_clock(cast, tv, screen, board, pulse, announced):
    with cast.at_harbour(cast.ben):
        cast.harbour.__class__.objects.filter(pk=cast.harbour.pk).update(time_zone="Europe/Berlin")
        lunch = Wish("Lunch", dashboard=pulse, starts_at=time(12), ends_at=time(13))
        plan = schedules.make_schedule(name="House", by=cast.ben, rules=[lunch])
        keeping.schedule(screen=screen, schedule=plan)
        announced.clear()
    with clock.frozen(datetime(2026, 6, 1, 16, 30, tzinfo=UTC)):  # 18:30 in Berlin, 12:30 in New York
        tv.renew()
        before, wanted = manifest(tv), tv.beat().json()["wanted"]
        with cast.at_harbour(cast.ben):
            keeping.move(screen=screen, time_zone="America/New_York")
            keeping.move(screen=screen, time_zone="America/New_York")
        beat, after = tv.beat().json(), manifest(tv)
        assert (before["time_zone"], wanted) == ("Europe/Berlin", board.published.public_id)
        assert (after["time_zone"], beat["wanted"], beat["etag"]) == ("America/New_York", pulse.published.public_id, after["etag"])
        assert before["etag"] != after["etag"]
        with cast.at_harbour(cast.ben):
            # What is meant in one zone is meant there everywhere.
            schedules.change_schedule(schedule=plan, by=cast.ben, time_zone="Europe/Berlin")
        assert tv.beat().json()["wanted"] == board.published.public_id
        _seen(cast, screen, board.published, MONDAY)
        assert _word(cast, screen) == "online"
        with cast.at_harbour(cast.ben):
            schedules.change_schedule(schedule=plan, by=cast.ben, time_zone="")
        assert _word(cast, screen) == "behind"
        with cast.at_harbour(cast.ben), pytest.raises(Invalid) as refused:
            keeping.move(screen=screen, time_zone="Europe/Atlantis")
    assert refused.value.sentence == "There is no time zone called Europe/Atlantis. One is called Europe/Berlin."
    told = {"screen_id": screen.public_id, "name": "Lobby", "time_zone": "America/New_York"}
    assert announced[:1] == [events.ScreenMoved(**told)]
    with cast.at_harbour():
        # A dashboard is on its screens wherever they hang.
        assert (showing.screens([pulse.pk]), list(showing.places([board.pk])[board.pk])[0].name) == (1, "Lobby")


def test_a_plain_screen_is_told_its_own_zone_too(cast, tv, screen, board):
    before = manifest(tv)
    with cast.at_harbour(cast.ben):
        keeping.move(screen=screen, time_zone="Asia/Tokyo")
    after = manifest(tv)
    assert (after["time_zone"], before["etag"] == after["etag"], tv.beat().json()["etag"]) == ("Asia/Tokyo", False, after["etag"])
