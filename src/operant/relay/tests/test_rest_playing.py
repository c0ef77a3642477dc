"""Playlists and schedules for programs."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.platform.tenancy.ids import public_id
from operant.relay.actions import keeping, playlists, schedules
from operant.relay.actions.playlists import Turn
from operant.relay.actions.schedules import Wish
from operant.relay.models import Playlist, Schedule, Screen
from operant.testing import api
from operant.testing import stage as staging

GLASS = {"viewport_width": 1920, "viewport_height": 1080, "browser_engine": "Chromium", "browser_major": 120}


@pytest.fixture
def program(cast):
    return api.Program(api.made(cast.at_harbour, cast.ann)[1])


def test_a_playlist_from_its_making_to_its_end(cast, program, screen, board):
    entry = {"dashboard": board.public_id, "seconds": 30, "is_enabled": False, "variables": {}}
    made = program.ask("POST", "playlists", {"name": "Loop", "entries": [entry, {"dashboard": board.public_id}]})
    told = made.json()
    assert (made.status_code, told["name"], told["round_seconds"]) == (201, "Loop", 20)
    assert told["entries"][0] == {**entry, "name": "Notes"}
    one = f"playlists/{told['id']}"
    assert program.ask("GET", one).json() == told
    assert program.ask("GET", "playlists").json()["entries"] == [told]
    changed = program.ask("PATCH", one, {"entries": [{**entry, "is_enabled": True}]}).json()
    assert (changed["name"], changed["round_seconds"], len(changed["entries"])) == ("Loop", 30, 1)
    shown = program.ask("PATCH", f"screens/{screen.public_id}", {"playlist": told["id"]}).json()
    assert (shown["dashboard"], shown["playlist"]) == (None, {"id": told["id"], "name": "Loop"})
    refused = program.ask("DELETE", one)
    assert (refused.status_code, refused.json()["detail"]) == (409, "Loop is shown by Lobby. Let them show something else first.")
    both = {"playlist": told["id"], "dashboard": board.public_id}
    assert program.ask("PATCH", f"screens/{screen.public_id}", both).status_code == 422
    assert program.ask("PATCH", f"screens/{screen.public_id}", {"dashboard": board.public_id}).json()["playlist"] is None
    assert program.ask("DELETE", one).status_code == 204
    with cast.at_harbour():
        assert Playlist.objects.count() == 0


def test_a_schedule_from_its_making_to_its_end(cast, program, screen, board):
    rule = {
        "name": "Feast", "dashboard": board.public_id, "playlist": None, "days": ["mon", "sun"], "starts_at": "22:00",
        "ends_at": "06:30", "first_on": "2026-12-24", "last_on": "2026-12-26", "priority": "urgent",
    }  # fmt: skip
    made = program.ask("POST", "schedules", {"name": "House", "time_zone": "Asia/Tokyo", "rules": [rule, {"name": "Night"}]})
    told = made.json()
    assert (made.status_code, told["name"], told["time_zone"], told["rules"][0]) == (201, "House", "Asia/Tokyo", rule)
    assert (len(told["rules"][1]["days"]), told["rules"][1]["starts_at"], told["rules"][1]["priority"]) == (7, "00:00", "normal")
    one = f"schedules/{told['id']}"
    assert (program.ask("GET", one).json(), program.ask("GET", "schedules").json()["entries"]) == (told, [told])
    broken = (
        {"rules": [{**rule, "first_on": "2026-02-30"}]}, {"rules": [{**rule, "last_on": None}]}, {"time_zone": "Mars/Base"},
        {"rules": [{**rule, "days": []}]}, {"rules": [{**rule, "starts_at": "24:00"}]}, {"name": " "},
    )  # fmt: skip
    assert [program.ask("PATCH", one, each).status_code for each in broken] == [422] * 6
    assert program.ask("PATCH", one, {"rules": []}).json()["rules"] == []
    shown = program.ask("PATCH", f"screens/{screen.public_id}", {"schedule": told["id"]}).json()
    assert (shown["dashboard"]["name"], shown["schedule"]) == ("Notes", {"id": told["id"], "name": "House"})
    assert program.ask("DELETE", one).status_code == 409
    assert program.ask("PATCH", f"screens/{screen.public_id}", {"schedule": None}).json()["schedule"] is None
    assert program.ask("DELETE", one).status_code == 204
    with cast.at_harbour():
        assert Schedule.objects.count() == 0


def test_what_belongs_to_others_is_not_found(cast, program, screen):
    with cast.at_meadow(cast.mallory):
        theirs = staging.published(cast.mallory, name="Theirs").dashboard
    entries = [{"dashboard": theirs.public_id}]
    assert program.ask("POST", "playlists", {"name": "Loop", "entries": entries}).status_code == 404
    absent = {"playlist": public_id("pls", theirs.pk), "schedule": public_id("sch", theirs.pk)}
    assert [program.ask("PATCH", f"screens/{screen.public_id}", {k: v}).status_code for k, v in absent.items()] == [404, 404]


def test_programs_are_told_what_shows_at_a_time_and_why(cast, program, screen, board):
    with cast.at_harbour(cast.ben):
        cast.harbour.__class__.objects.filter(pk=cast.harbour.pk).update(time_zone="Europe/Berlin")
        pulse = staging.published(cast.ben, name="Pulse").dashboard
        loop = playlists.make_playlist(name="Loop", by=cast.ben, entries=[Turn(board, 3600), Turn(pulse, 3600)])
        plan = schedules.make_schedule(name="House", by=cast.ben, rules=[
            Wish("Day", playlist=loop, starts_at=time(8), ends_at=time(18)), Wish("Night", starts_at=time(22), ends_at=time(6)),
            Wish("Feast", dashboard=pulse, first_on=date(2026, 12, 24), last_on=date(2026, 12, 26), priority=2),
        ])  # fmt: skip
        keeping.schedule(screen=screen, schedule=plan)
        far = Screen.objects.create(name="Far", dashboard=pulse, schedule=plan, time_zone="Asia/Tokyo", **GLASS)
        Screen.objects.create(name="Plain", **GLASS)

    def shown(at, of=screen.public_id):
        told = program.ask("GET", f"screens/{of}/showing?at={at}").json()
        named = [each and each["name"] for each in (told["dashboard"], told["playlist"], told["rule"])]
        return *named, told["because"], told["until"], told["time_zone"]

    day = "because of the rule Day (Every day, 08:00–18:00)"
    assert shown("2026-11-30T08:30:00Z") == ("Notes", "Loop", "Day", day, "2026-11-30T17:00:00Z", "Europe/Berlin")
    assert shown("2026-11-30T10:30:00%2B01:00")[:2] == ("Pulse", "Loop")
    assert shown("2026-11-30T17:00:00Z")[:4] == ("Notes", None, None, "since no rule is on")
    assert shown("2026-11-30T23:00:00Z")[:3] == (None, None, "Night")
    feast = "because of the rule Feast (Every day, all day, from 24 Dec 2026 to 26 Dec 2026)"
    assert shown("2026-12-24T23:00:00Z")[:5] == ("Pulse", None, "Feast", feast, "2026-12-26T23:00:00Z")
    assert shown("2026-11-30T09:30:00Z", far.public_id)[:3] == ("Pulse", None, None)
    listed = program.ask("GET", "screens/showings?at=2026-11-30T08:30:00Z&limit=2").json()
    rest = program.ask("GET", f"screens/showings?at=2026-11-30T08:30:00Z&cursor={listed['next']}").json()
    assert [(each["name"], each["dashboard"] and each["dashboard"]["name"]) for each in (*listed["entries"], *rest["entries"])] == [
        ("Lobby", "Notes"), ("Far", "Notes"), ("Plain", None),
    ]  # fmt: skip
    assert listed["entries"][0] == program.ask("GET", f"screens/{screen.public_id}/showing?at=2026-11-30T08:30:00Z").json()
    bad = ("2026-11-30T08:30:00", "2126-11-30T08:30:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "noon", "")
    assert [program.ask("GET", f"screens/showings?at={each}").status_code for each in bad] == [422] * 6
    assert program.ask("GET", f"screens/{screen.public_id}/showing").status_code == 200


def test_all_screens_are_answered_in_as_many_questions_as_one(cast, program, screen, board):
    def asked():
        with CaptureQueriesContext(connection) as caught:
            assert program.ask("GET", "screens/showings").status_code == 200
        return len(caught)

    with cast.at_harbour(cast.ben):
        loop = playlists.make_playlist(name="Loop", by=cast.ben, entries=[Turn(board)])
        plan = schedules.make_schedule(name="House", by=cast.ben, rules=[Wish("Day", playlist=loop)])
        keeping.schedule(screen=screen, schedule=plan)
    asked()
    one = asked()
    with cast.at_harbour(cast.ben):
        for number in range(5):
            own = playlists.make_playlist(name=f"Loop {number}", by=cast.ben, entries=[Turn(board)])
            plan = schedules.make_schedule(name=f"House {number}", by=cast.ben, rules=[Wish("Day", playlist=own)])
            Screen.objects.create(name=f"Far {number}", dashboard=board, schedule=plan, **GLASS)
    assert asked() == one
