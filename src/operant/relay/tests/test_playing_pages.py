"""The pages of playlists, schedules and the week of a screen."""

from datetime import UTC, datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operant.platform import clock
from operant.relay.actions import keeping, playlists, schedules
from operant.relay.actions.playlists import Turn
from operant.relay.actions.schedules import Wish
from operant.relay.models import Entry, Playlist, Rule, Schedule, Screen
from operant.relay.queries import playing, weeks
from operant.testing import stage as staging

from .test_variables import varied

RULE = {"name": "Lunch", "shows": "", "days": ["0", "4"], "starts_at": "12:00", "ends_at": "13:00", "priority": "1"}


@pytest.fixture
def pulse(cast):
    with cast.at_harbour(cast.ben):
        return varied(cast)


@pytest.fixture
def loop(cast, board, pulse):
    with cast.at_harbour(cast.ben):
        return playlists.make_playlist(name="Loop", by=cast.ben, entries=[Turn(board, 10), Turn(pulse, 20)])


@pytest.fixture
def plan(cast):
    with cast.at_harbour(cast.ben):
        return schedules.make_schedule(name="House", by=cast.ben, rules=[Wish("Night", starts_at=time(22), ends_at=time(6))])


def turns(cast, playlist):
    with cast.at_harbour():
        return [(each.dashboard.name, each.seconds, each.is_enabled, each.variables) for each in playing.entries(playlist)]


def ids(cast, playlist):
    with cast.at_harbour():
        return [each.pk for each in playing.entries(playlist)]


def to(name, *parts):
    return reverse(name, args=["harbour", *parts])


def test_a_playlist_is_made_filled_put_in_order_and_deleted(cast, signed_in, board, pulse):
    ben = signed_in(cast.ben)
    assert "No playlist yet." in ben.get(to("playlists")).text
    assert ben.post(to("playlists"), {"name": " "}).status_code == 422
    assert ben.post(to("playlists"), {"name": "Loop"}).status_code == 302
    with cast.at_harbour():
        made = Playlist.objects.get()
    page = ben.get(to("playlist", made.pk)).text
    assert ("Nothing takes its turn yet." in page, "<p class=\"ot-stat-value\">0 s</p>" in page) == (True, True)
    for dashboard, seconds in ((board, 10), (pulse, 80)):
        body = {"dashboard": dashboard.public_id, "seconds": seconds}
        assert ben.post(to("playlist_entries", made.pk), body).status_code == 302
    assert ben.post(to("playlist_entries", made.pk), {"dashboard": "", "seconds": 20}).status_code == 422
    assert ben.post(to("playlist_entries", made.pk), {"dashboard": board.public_id, "seconds": 4}).status_code == 422
    assert '<p class="ot-stat-value">1 min 30 s</p>' in ben.get(to("playlist", made.pk)).text
    first, second = ids(cast, made)
    assert ben.post(to("entry_move", made.pk, uuid4()), {"to": "down"}).status_code == 404
    assert ids(cast, made) == [first, second]
    ben.post(to("entry_move", made.pk, second), {"to": "up"})
    assert ids(cast, made) == [second, first]
    ben.post(to("playlist_order", made.pk), {"entry": [str(first), str(second)]})
    assert ids(cast, made) == [first, second]
    ben.post(to("playlist_entry", made.pk, first), {"seconds": 15})
    ben.post(to("entry_variables", made.pk, second), {"var-region": "South"})
    assert ben.post(to("entry_variables", made.pk, second), {"var-region": "East"}).status_code == 422
    assert turns(cast, made) == [("Notes", 15, False, ""), ("Pulse", 80, True, '{"region":"South"}')]
    ben.post(to("entry_removal", made.pk, first))
    assert turns(cast, made) == [("Pulse", 80, True, '{"region":"South"}')]
    ben.post(to("playlist_name", made.pk), {"name": "Round"})
    assert "Round" in ben.get(to("playlists")).text
    assert ben.post(to("playlist_deletion", made.pk)).status_code == 302
    assert "No playlist yet." in ben.get(to("playlists")).text


def test_a_schedule_is_made_ruled_and_deleted(cast, signed_in, board, loop):
    ben = signed_in(cast.ben)
    assert "No schedule yet." in ben.get(to("schedules")).text
    ben.post(to("schedules"), {"name": "House"})
    with cast.at_harbour():
        made = Schedule.objects.get()
    assert "No rule yet." in ben.get(to("schedule", made.pk)).text
    for body in (RULE, {**RULE, "name": "Feast", "shows": loop.public_id, "days": [*"0123456"], "first_on": "2026-12-24"}):
        assert ben.post(to("schedule_rules", made.pk), body).status_code == 302
    broken = ({"days": []}, {"last_on": "2026-12-24"}, {"first_on": "2026-12-24", "last_on": "2026-12-23"}, {"shows": "dsh_no"})
    assert [ben.post(to("schedule_rules", made.pk), {**RULE, **each}).status_code for each in broken] == [422] * 4
    page = ben.get(to("schedule", made.pk)).text
    assert ("Mon, Fri, 12:00–13:00: Nothing" in page, "Every day, 12:00–13:00, on 24 Dec 2026: Loop" in page) == (True, True)
    with cast.at_harbour():
        lunch, feast = Rule.objects.order_by("position")
        assert (lunch.days, feast.playlist_id, feast.last_on) == (0b10001, loop.pk, feast.first_on)
    ben.post(to("schedule_rule", made.pk, lunch.pk), {**RULE, "shows": board.public_id, "priority": "3"})
    with cast.at_harbour():
        changed = Rule.objects.get(pk=lunch.pk)
        assert (changed.dashboard_id, changed.priority, changed.position) == (board.pk, 3, 0)
    ben.post(to("rule_removal", made.pk, feast.pk))
    assert ben.post(to("schedule_settings", made.pk), {"name": "Houses", "time_zone": "Mars/Base"}).status_code == 422
    ben.post(to("schedule_settings", made.pk), {"name": "Houses", "time_zone": "Asia/Tokyo"})
    assert ("Houses" in ben.get(to("schedule", made.pk)).text, "Asia/Tokyo" in ben.get(to("schedules")).text) == (True, True)
    assert ben.post(to("schedule_deletion", made.pk)).status_code == 302
    with cast.at_harbour():
        assert (Schedule.objects.count(), Rule.objects.count()) == (0, 0)


def test_a_screen_is_given_a_playlist_and_a_schedule_on_its_page(cast, signed_in, screen, board, loop, plan, fresh):
    ben, page = signed_in(cast.ben), to("screen", screen.pk)
    body = {"theme": "dark", "dashboard": loop.public_id, "schedule": plan.public_id}
    assert ben.post(to("screen_showing", screen.pk), body).status_code == 302
    now = fresh(screen)
    assert (now.dashboard_id, now.playlist_id, now.schedule_id) == (None, loop.pk, plan.pk)
    shown = ben.get(page).text
    assert ("Shows the playlist Loop" in shown, f'<option value="{plan.public_id}" selected>' in shown) == (True, True)
    assert "Schedule House" in ben.get(to("screens")).text
    ben.post(to("screen_showing", screen.pk), {**body, "dashboard": board.public_id, "schedule": ""})
    now = fresh(screen)
    assert (now.dashboard_id, now.playlist_id, now.schedule_id) == (board.pk, None, None)


def test_the_week_says_what_is_on_when_and_why(cast, signed_in, screen, board, loop, plan):
    with cast.at_harbour(cast.ben):
        cast.harbour.__class__.objects.filter(pk=cast.harbour.pk).update(time_zone="Europe/Berlin")
        keeping.assign(screen=screen, playlist=loop)
        keeping.schedule(screen=screen, schedule=plan)
    with clock.frozen(datetime(2026, 3, 28, 12, tzinfo=UTC)):
        ben = signed_in(cast.ben)
        with cast.at_harbour():
            fresh = Screen.objects.select_related("schedule", "playlist").get()
            days = weeks.week(fresh.schedule, ZoneInfo("Europe/Berlin"), "Loop", clock.now().date(), clock.now())
        spring = days[1]
        assert [(f"{each.since:%H:%M}-{each.until:%H:%M}", each.shows, each.width) for each in spring.blocks] == [
            ("00:00-06:00", "Nothing", 300), ("06:00-22:00", "Loop", 960), ("22:00-00:00", "Nothing", 120),
        ]  # fmt: skip
        assert ([each.minutes for each in days], spring.blocks[1].x) == ([1440, 1380, *[1440] * 5], 300)
        week = to("screen_week", screen.pk)
        night = ben.get(week, {"at": "2026-03-28T23:30"}).text
        assert "because of the rule Night (Every day, 22:00–06:00 of the next day)" in night
        noon = ben.get(week, {"at": "2026-03-29T12:00:03"}).text
        assert ("<strong>Loop</strong> (Notes has its turn)" in noon, "no rule is on" in noon) == (True, True)
        assert [ben.get(week, {"at": each}).status_code for each in ("", "x", "2026-03-28T23:30")] == [422, 422, 200]
        assert ben.get(week, {"from": "no"}).status_code == 200


def test_viewers_look_and_strangers_do_not(cast, signed_in, screen, loop, plan):
    entry, *_ = ids(cast, loop)
    with cast.at_harbour():
        rule = Rule.objects.get().pk
    pages = [to("playlists"), to("playlist", loop.pk), to("schedules"), to("schedule", plan.pk), to("screen_week", screen.pk)]
    writes = [
        to("playlists"), to("playlist_name", loop.pk), to("playlist_entries", loop.pk), to("playlist_order", loop.pk),
        to("playlist_entry", loop.pk, entry), to("entry_move", loop.pk, entry), to("entry_variables", loop.pk, entry),
        to("entry_removal", loop.pk, entry), to("playlist_deletion", loop.pk), to("schedules"),
        to("schedule_settings", plan.pk), to("schedule_rules", plan.pk), to("schedule_rule", plan.pk, rule),
        to("rule_removal", plan.pk, rule), to("schedule_deletion", plan.pk),
    ]  # fmt: skip
    cleo, mallory = signed_in(cast.cleo), signed_in(cast.mallory)
    assert [cleo.get(each).status_code for each in pages] == [200] * 5
    assert [cleo.post(each).status_code for each in writes] == [403] * 15
    assert {mallory.get(each).status_code for each in pages} | {mallory.post(each).status_code for each in writes} == {404}
    with cast.at_meadow():
        assert [each.objects.count() for each in (Playlist, Entry, Schedule, Rule)] == [0] * 4


def test_lists_ask_as_often_for_three_as_for_one(cast, signed_in, board):
    ben = signed_in(cast.ben)
    counts = []
    for number in range(3):
        with cast.at_harbour(cast.ben):
            playlists.make_playlist(name=f"Loop {number}", by=cast.ben, entries=[Turn(board)])
            schedules.make_schedule(name=f"House {number}", by=cast.ben, rules=[Wish("Noon", dashboard=board)])
        ben.get(to("playlists"))
        with CaptureQueriesContext(connection) as count:
            ben.get(to("playlists"))
            ben.get(to("schedules"))
        counts.append(len(count))
    assert counts[0] == counts[1] == counts[2]


def test_a_dashboard_that_is_not_published_is_left_out_and_said_so(cast, signed_in, loop):
    with cast.at_harbour(cast.ben):
        draft = staging.dashboard(cast.ben, name="Draft")
        playlists.change_playlist(playlist=loop, by=cast.ben, entries=[Turn(draft, 60)])
    page = signed_in(cast.ben).get(to("playlist", loop.pk)).text
    assert ("Not published, left out" in page, '<p class="ot-stat-value">0 s</p>' in page) == (True, True)

