"""What is wrong in plain words, each with the next step."""

from datetime import UTC, datetime, time, timedelta

import pytest

from operant.platform import clock
from operant.relay.actions import keeping, places
from operant.relay.models import ClientError, Heartbeat, Screen
from operant.relay.queries import fleet, problems
from operant.relay.tests.helpers import republished
from operant.testing.relay import Tv, fault, paired

FLEET = "/o/harbour/screens/"


def codes(screen):
    return [each.code for each in problems.problems(fleet.screen(screen.pk))]


def test_a_healthy_screen_has_none(cast, screen, tv, board):
    tv.beat(version=board.published.public_id)
    with cast.at_harbour():
        assert (codes(screen), problems.shared()) == ([], [])


def test_silence_in_words(cast, screen, tv, board):
    with cast.at_harbour():
        assert codes(screen) == ["never_seen"]
    tv.beat(version=board.published.public_id)
    seen = clock.now() - timedelta(hours=2)
    with cast.at_harbour():
        for state, left, code in (("late", None, "late"), ("offline", None, "offline"), ("offline", seen, "closed")):
            Screen.objects.filter(pk=screen.pk).update(state=state, last_seen_at=seen, left_at=left)
            (found,) = problems.problems(fleet.screen(screen.pk))
            assert (found.code, "2 hours ago" in found.sentence, bool(found.step)) == (code, True, True)


def test_a_dark_screen_at_a_closed_site_is_no_problem(cast, screen, tv, board):
    tv.beat(version=board.published.public_id)
    with cast.at_harbour(cast.ben):
        site = places.make_site(name="Leeds", by=cast.ben, time_zone="UTC", opens_at=time(8), closes_at=time(18))
        places.place(screen=screen, site=site, group=None, tags=[])
        Screen.objects.filter(pk=screen.pk).update(state="offline")
        for hour, expected in ((7, []), (9, ["offline"])):
            with clock.frozen(datetime(2026, 11, 20, hour, tzinfo=UTC)):
                assert [code for code in codes(screen) if code == "offline"] == expected


def test_the_glass_in_words(cast, screen, tv, board):
    tv.beat(version=board.published.public_id)
    with cast.at_harbour(cast.ben):
        republished(cast, board)
        (found,) = problems.problems(fleet.screen(screen.pk))
        assert (found.code, found.sentence) == ("behind", "It shows version 1; version 2 was published just now.")
        keeping.assign(screen=screen)
        assert codes(screen) == ["empty"]


def test_a_refused_version_is_no_problem_once_the_screen_shows_what_it_should(cast, screen, tv, board):
    tv.beat(version=board.published.public_id)
    with cast.at_harbour(cast.ben):
        newer = republished(cast, board)
    tv.beat(version=board.published.public_id, errors=[fault(code="version_rejected")])
    with cast.at_harbour():
        assert (codes(screen), [each.query for each in problems.shared()]) == (
            ["version_rejected", "behind"], ["error=version_rejected"],
        )  # fmt: skip
    tv.beat(version=newer.public_id)
    with cast.at_harbour():
        assert (codes(screen), problems.shared()) == ([], [])


@pytest.mark.parametrize("code", [*(code for code in problems.REPORTED if code != problems.REFUSED), "something_else"])
def test_every_reported_code_has_a_sentence_and_a_step(cast, screen, tv, board, code):
    tv.beat(version=board.published.public_id, errors=[fault(code=code)])
    with cast.at_harbour():
        (found,) = problems.problems(fleet.screen(screen.pk))
        assert (found.code, found.sentence.endswith("."), found.step.endswith(".")) == (code, True, True)
        (together,) = problems.shared()
        assert (together.count, together.query, together.sentence[:11]) == (1, f"error={code}", "One screen:")
        ClientError.objects.update(last_at=clock.now() - timedelta(hours=2))
        assert (codes(screen), problems.shared()) == ([], [])


@pytest.mark.parametrize(("lately", "before", "is_rising"), [
    (9, 0, False), (10, 0, True), (30, 24 * 10, False), (31, 24 * 10, True),
])  # fmt: skip
def test_errors_rise_when_they_come_much_more_often(cast, screen, lately, before, is_rising):
    now = clock.now()
    with cast.at_harbour():
        glass = {"viewport_width": 1, "viewport_height": 1, "browser_engine": "Chromium", "browser_major": 1}
        for ago, count in ((timedelta(minutes=5), lately), (timedelta(hours=5), before)):
            Heartbeat.objects.create(screen_id=screen.pk, at=now - ago, errors=count, **glass)
        assert problems.rising(screen, now) is is_rising
        assert fleet.listed().get(pk=screen.pk).errors_lately == lately + before


def test_the_fleet_names_each_cause_once(cast, screen, tv, board, signed_in):
    for name in ("Dock", "Hall"):
        paired(Tv(), cast.at_harbour, cast.ann, name=name, dashboard=board)
    tv.beat(version=board.published.public_id, errors=[fault(code="clock_off", message="Off by an hour.")])
    page = signed_in(cast.cleo).get(FLEET)
    assert [(each.sentence, each.count, each.query) for each in page.context["problems"]] == [
        ("2 screens were never heard of: Dock, Hall.", 2, "status=never_seen"),
        ("One screen: its clock is wrong.", 1, "error=clock_off"),
    ]  # fmt: skip
    shown = signed_in(cast.cleo).get(f"{FLEET}?error=clock_off").content.decode().partition("<tbody")[2]
    assert [name in shown for name in ("Lobby", "Dock")] == [True, False]
    one = signed_in(cast.cleo).get(f"{FLEET}{screen.public_id}/").content.decode()
    assert "Let the device set its time from the network." in one
