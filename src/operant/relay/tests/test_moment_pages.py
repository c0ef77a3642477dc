"""What all screens show at a time, on a page."""

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operant.relay.actions import keeping, playlists, schedules
from operant.relay.actions.playlists import Turn
from operant.relay.actions.schedules import Wish
from operant.relay.models import Screen

PAGE = "/o/harbour/screens/showings/"
GLASS = {"viewport_width": 1920, "viewport_height": 1080, "browser_engine": "Chromium", "browser_major": 120}


@pytest.fixture
def plan(cast, screen, board):
    with cast.at_harbour(cast.ben):
        cast.harbour.__class__.objects.filter(pk=cast.harbour.pk).update(time_zone="Europe/Berlin")
        loop = playlists.make_playlist(name="Loop", by=cast.ben, entries=[Turn(board, 3600)])
        day, night = {"starts_at": time(8), "ends_at": time(18)}, {"starts_at": time(22), "ends_at": time(6)}
        rules = [Wish("Day", playlist=loop, **day), Wish("Night", **night)]
        found = schedules.make_schedule(name="House", by=cast.ben, rules=rules)
        keeping.schedule(screen=screen, schedule=found)
        Screen.objects.create(name="Far", schedule=found, time_zone="Asia/Tokyo", **GLASS)
        return found


def rows(page):
    lines = page.getvalue().decode("utf-8-sig").splitlines()
    return [line.replace('"', "").split(",")[:2] for line in lines[1:]]


def test_every_screen_is_answered_by_its_own_clock(cast, signed_in, plan):
    cleo = signed_in(cast.cleo)
    noon = cleo.get(PAGE, {"at": "2026-11-30T12:00"})
    assert "(Every day, 08:00–18:00)" in noon.text
    assert "Notes has its turn" in noon.text
    assert reverse("screen_week", args=["harbour", far(cast)]) in noon.text
    # It is 20:00 in Tokyo then, and 07:00 of the next day when it is 23:00 in Berlin.
    assert rows(cleo.get(PAGE, {"at": "2026-11-30T12:00", "format": "csv"})) == [["Far", "Nothing yet"], ["Lobby", "Loop"]]
    assert rows(cleo.get(PAGE, {"at": "2026-11-30T23:00", "format": "csv"})) == [["Far", "Nothing yet"], ["Lobby", "Nothing"]]
    assert rows(cleo.get(PAGE, {"at": "2026-11-30T15:00", "format": "csv"})) == [["Far", "Nothing"], ["Lobby", "Loop"]]
    bad = ("", "x", "0001-01-01T00:00", "9999-12-31T23:59")
    assert [cleo.get(PAGE, {"at": each}).status_code for each in bad] == [422] * 4
    assert cleo.get(PAGE).status_code == 200
    assert signed_in(cast.mallory).get(PAGE).status_code == 404


def test_it_asks_as_often_for_three_screens_as_for_one(cast, signed_in, plan, board):
    cleo, counts = signed_in(cast.cleo), []
    for number in range(3):
        cleo.get(PAGE)
        with CaptureQueriesContext(connection) as count:
            cleo.get(PAGE)
        counts.append(len(count))
        with cast.at_harbour(cast.ben):
            other = schedules.make_schedule(name=f"House {number}", by=cast.ben, rules=[Wish("Always", dashboard=board)])
            Screen.objects.create(name=f"Hall {number}", schedule=other, **GLASS)
    assert counts[0] == counts[1] == counts[2]


def far(cast):
    with cast.at_harbour():
        return Screen.objects.get(name="Far").pk
