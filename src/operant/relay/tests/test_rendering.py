"""The render log, what a screen paints now, and its history on pages."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from operant.platform import clock
from operant.platform.refusals import Invalid
from operant.relay.actions import keeping, playlists
from operant.relay.actions.playlists import Turn
from operant.relay.models import ClientError, Heartbeat, Screen
from operant.relay.queries import fleet, rendering
from operant.relay.queries.rendering import Period
from operant.relay.tests.helpers import republished
from operant.testing import api
from operant.testing.relay import Tv, fault, paired

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GLASS = {"viewport_width": 1920, "viewport_height": 1080, "browser_engine": "Chromium", "browser_major": 120}


def beats(screen, *beats):
    """Store heartbeats: minutes after noon, the version and how many errors."""
    for minutes, version, errors in beats:
        at = NOON + timedelta(minutes=minutes)
        Heartbeat.objects.create(screen_id=screen.pk, at=at, version=version and version.pk, errors=errors, **GLASS)


@pytest.fixture
def logged(cast, screen, board):
    """The lobby's screen painted nothing, version 1, was away, version 1 again, then version 2."""
    with clock.frozen(NOON + timedelta(hours=1)):
        with cast.at_harbour(cast.ben):
            first, second = board.published, republished(cast, board)
            beats(
                screen, (0, None, 0), (1, first, 0), (2, first, 3), (3, first, 0), (8, first, 0), (9, second, 1), (10, second, 0),
            )  # fmt: skip
        yield first, second


def address(screen, page):
    return f"/o/harbour/screens/{screen.public_id}/{page}"


def test_the_newest_runs_of_a_screen_that_turns_are_those_of_all_of_them(cast, screen, board):
    with cast.at_harbour(cast.ben):
        first, second = board.published, republished(cast, board)
        beats(screen, *((number / 3, (first, second)[number // 2 % 2], number % 2) for number in range(60)))
        whole = rendering.runs(screen, Period(NOON, NOON + timedelta(hours=1)))
        assert [(each.number, each.heartbeats, each.errors) for each in whole] == [(2, 2, 1), (1, 2, 1)] * 15
        assert rendering.runs(screen, Period(NOON, NOON + timedelta(hours=1)), most=7) == whole[:7]


def test_runs_end_with_another_version_and_with_silence(cast, screen, logged):
    first, second = logged
    with cast.at_harbour():
        found = rendering.runs(screen, Period(NOON, NOON + timedelta(hours=1)))
        assert [(each.version_id, each.dashboard, each.number, each.heartbeats, each.errors) for each in found] == [
            (second.pk, "Notes", 2, 2, 1), (first.pk, "Notes", 1, 1, 0), (first.pk, "Notes", 1, 3, 3), (None, "", None, 1, 0),
        ]  # fmt: skip
        assert [(each.began_at - NOON, each.ended_at - NOON) for each in found[:3]] == [
            (timedelta(minutes=9), timedelta(minutes=10)), (timedelta(minutes=8),) * 2,
            (timedelta(minutes=1), timedelta(minutes=3)),
        ]  # fmt: skip
        assert len(rendering.runs(screen, Period(NOON, NOON + timedelta(hours=1)), most=2)) == 2
        part = rendering.runs(screen, Period(NOON + timedelta(minutes=2), NOON + timedelta(minutes=3)))
        assert [each.heartbeats for each in part] == [1]
    with cast.at_meadow():
        assert rendering.runs(screen, Period(NOON, NOON + timedelta(hours=1))) == []


@pytest.mark.parametrize(("since", "until"), [(NOON, NOON), (NOON, NOON - timedelta(days=1)), (NOON - timedelta(days=94), NOON)])
def test_a_period_has_its_bounds(since, until):
    with pytest.raises(Invalid):
        Period.read(since, until)


def test_the_page_and_its_file(cast, screen, logged, signed_in):
    client = signed_in(cast.cleo)
    page = client.get(address(screen, "renderings")).content.decode()
    assert (page.count(">Notes</a>"), "v2" in page) == (3, True)
    lines = list(csv.reader(io.StringIO(client.get(address(screen, "renderings?format=csv")).getvalue().decode("utf-8-sig"))))
    assert (lines[0][0], len(lines), lines[1][1]) == ("Dashboard", 5, "v2")
    assert "Nothing was heard" in client.get(address(screen, "renderings?first=2026-11-01&last=2026-11-02")).content.decode()
    for wrong in ("first=x&last=2026-11-02", "first=2026-11-02&last=2026-11-01", "first=2026-01-01&last=2026-11-01"):
        assert client.get(address(screen, f"renderings?{wrong}")).status_code == 422
    assert signed_in(cast.mallory).get(address(screen, "renderings").replace("harbour", "meadow")).status_code == 404


def test_the_fleets_file(cast, screen, logged, board, signed_in):
    other = paired(Tv(), cast.at_harbour, cast.ann, name="Dock", dashboard=board)
    with cast.at_harbour():
        beats(other, (5, logged[0], 0))
    client, page = signed_in(cast.cleo), "/o/harbour/screens/renderings/"
    assert client.get(page).status_code == 200
    answer = client.get(page, {"of": "all", "first": "2026-11-20", "last": "2026-11-20"})
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [line[:3] for line in lines] == [
        ["Screen", "Dashboard", "Version"], ["Dock", "Notes", "1"], ["Lobby", "Notes", "2"], ["Lobby", "Notes", "1"],
        ["Lobby", "Notes", "1"], ["Lobby", "", ""],
    ]  # fmt: skip
    one = client.get(page, {"of": other.public_id, "first": "2026-11-20", "last": "2026-11-20"})
    assert one.getvalue().decode().count("\n") == 2
    assert client.get(page, {"of": "scr_x", "first": "2026-11-20", "last": "2026-11-20"}).status_code == 422


def test_programs_read_it(cast, screen, logged):
    program = api.Program(api.made(cast.at_harbour, cast.ann)[1])
    told = program.ask("GET", f"screens/{screen.public_id}/renderings?since=2026-11-20T12:00:00Z").json()
    assert (told["is_whole"], [each["number"] for each in told["renderings"]]) == (True, [2, 1, 1, None])
    assert told["renderings"][0] == {
        "version": logged[1].public_id, "dashboard": screen.dashboard.public_id, "name": "Notes", "number": 2,
        "began_at": "2026-11-20T12:09:00Z", "ended_at": "2026-11-20T12:10:00Z", "heartbeats": 2, "errors": 1,
    }  # fmt: skip
    assert program.ask("GET", f"screens/{screen.public_id}/renderings?since=2026-01-01T00:00:00Z").status_code == 422


def test_what_it_paints_is_the_version_that_it_said(cast, screen, tv, board, signed_in):
    client = signed_in(cast.cleo)
    assert client.get(address(screen, "painted")).json() == {"message": "This screen has painted nothing yet."}
    assert "data-wall" not in client.get(address(screen, "")).content.decode()
    tv.beat(version=board.published.public_id)
    with cast.at_harbour(cast.ben):
        republished(cast, board)
    shown = json.loads(client.get(address(screen, "painted")).content)
    assert (shown["number"], shown["document"]) == (1, board.published.document)
    page = client.get(address(screen, "")).content.decode()
    assert ('data-width="1920" data-height="1080" data-paint="dark"' in page, "no picture of the glass" in page) == (True, True)
    assert signed_in(cast.mallory).get(address(screen, "painted").replace("harbour", "meadow")).status_code == 404


def test_what_has_its_turn_is_painted_with_its_values(cast, screen, tv, board, signed_in):
    with cast.at_harbour(cast.ben):
        keeping.assign(screen=screen, playlist=playlists.make_playlist(name="Round", by=cast.ben, entries=[Turn(board)]))
    tv.beat(version=board.published.public_id)
    assert json.loads(signed_in(cast.cleo).get(address(screen, "painted")).content)["number"] == 1


def test_the_uptime_page(cast, screen, tv, board, signed_in):
    client = signed_in(cast.cleo)
    assert client.get(address(screen, "history")).content.decode().count('<li class="ot-uptime-day ot-uptime-day-none"') == 30
    tv.beat(version=board.published.public_id)
    with cast.at_harbour():
        Screen.objects.filter(pk=screen.pk).update(paired_at=clock.now() - timedelta(days=3))
    for asked, count in (("7", 7), ("90", 90), ("8", 30)):
        page = client.get(address(screen, f"history?days={asked}")).content.decode()
        assert (page.count('<li class="ot-uptime-day '), "100 %" in page) == (count, True)


def test_errors_say_on_how_many_other_screens_they_are(cast, screen, tv, board, signed_in):
    others = [Tv(), Tv()]
    for number, other in enumerate(others):
        paired(other, cast.at_harbour, cast.ann, name=f"Dock {number}", dashboard=board)
        other.beat(version=board.published.public_id, errors=[fault(), fault(code="clock_off", message="Off.")])
    tv.beat(version=board.published.public_id, errors=[fault(), fault(code="storage_full", message="Full.")])
    with cast.at_harbour():
        found = {each.code: each.others for each in fleet.grouped(fleet.screen(screen.pk))}
        assert (found, ClientError.objects.count()) == ({"script_error": 2, "storage_full": 0}, 6)
    assert "2 other screens" in signed_in(cast.cleo).get(address(screen, "")).content.decode()
