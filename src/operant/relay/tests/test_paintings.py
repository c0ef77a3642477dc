"""When a screen painted what it was told to, on its page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.platform import clock
from operant.relay.actions import keeping, playlists, returning
from operant.relay.actions.playlists import Turn
from operant.relay.models import Screen
from operant.relay.queries import paintings
from operant.relay.tests.helpers import republished, tick
from operant.stage.models import Dashboard
from operant.testing import stage
from operant.testing.cast import signed_in


@pytest.fixture
def seen(cast):
    """Return a function: what the Lobby painted, with the seconds that it took."""

    def read():
        with cast.at_harbour():
            found = paintings.paintings(Screen.objects.get(name="Lobby"))
            return [(each.number, int(each.took.total_seconds()), each.because) for each in found]

    return read


def published(cast, board):
    clock.advance(timedelta(seconds=30))
    with cast.at_harbour(cast.ben):
        republished(cast, Dashboard.objects.get(pk=board.pk))


def test_a_page_says_when_a_version_was_painted_after_it_was_published(cast, board, tvs, paint, seen):
    published(cast, board)
    assert [number for number, *_ in seen()] == [1]
    clock.advance(timedelta(seconds=12))
    paint("Lobby")
    clock.advance(timedelta(hours=2))
    tvs["Lobby"].renew()
    paint("Lobby")
    assert seen()[0] == (2, 12, "it was published")
    with cast.at_harbour():
        lobby = Screen.objects.get(name="Lobby")
    shown = signed_in(cast.cleo).get(f"/o/harbour/screens/{lobby.public_id}/").content.decode()
    assert f"Painted version 2 of {board.name}, 12 s after it was published" in shown


def test_of_a_deployment_the_stage_told_it_and_the_way_back_did_too(cast, board, tvs, deploy, paint, seen):
    clock.advance(timedelta(minutes=5))
    run = deploy("Lobby")
    clock.advance(timedelta(seconds=7))
    paint("Lobby")
    tick()
    with cast.at_harbour(cast.ann):
        returning.roll_back(deployment=run, by=cast.ann)
    clock.advance(timedelta(seconds=3))
    paint("Lobby")
    tick()
    assert seen()[:2] == [(1, 3, "it was told to go back"), (2, 7, "it was told")]


def test_what_is_old_or_was_never_painted_is_no_news(cast, board, tvs, paint, seen):
    published(cast, board)
    clock.advance(timedelta(hours=25))
    tvs["Lobby"].renew()
    paint("Lobby")
    assert [number for number, *_ in seen()] == [1]
    clock.advance(paintings.LATELY)
    assert seen() == []


def test_a_screen_that_turns_painted_the_versions_of_its_turns(cast, board, tvs, seen):
    with cast.at_harbour(cast.ben):
        other = stage.published(by=cast.ben, name="Other").dashboard
        turns = [Turn(board, 20), Turn(other, 20)]
        made = playlists.make_playlist(name="Both", by=cast.ben, entries=turns)
        keeping.assign(screen=Screen.objects.get(name="Lobby"), playlist=made)
    clock.advance(timedelta(seconds=20))
    tvs["Lobby"].beat(version=other.published.public_id)
    assert (1, 20, "it was published") in seen()
    with cast.at_harbour(), CaptureQueriesContext(connection) as asked:
        paintings.paintings(Screen.objects.get(name="Lobby"))
    assert [each["sql"] for each in asked if '"document"' in each["sql"]] == []
