"""Playlists and schedules for programs."""

import pytest

from operant.platform.tenancy.ids import public_id
from operant.relay.models import Playlist, Schedule
from operant.testing import api
from operant.testing import stage as staging


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
