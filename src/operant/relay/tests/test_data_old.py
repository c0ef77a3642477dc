"""
A screen says `data_old` when its figures missed two refreshes: whose fault that is, the server knows.

It is none of a version (`test_faults`). Where the server has newer figures, the screen paints none and stands still.
"""

from datetime import timedelta

import pytest

from operant.platform import clock
from operant.relay.models import Heartbeat, Screen, Watch
from operant.relay.queries import alarms
from operant.stage.models import Result
from operant.testing import relay
from operant.testing import stage as staging
from operant.testing.queue import run_jobs

OLD = relay.fault("data_old", "Some figures missed two refreshes.", count=4)


@pytest.fixture
def wall(cast, tv):
    """A screen that shows a figure, which the server has just asked for."""
    with cast.at_harbour(cast.ben):
        board = staging.published(cast.ben, name="Pulse", content=staging.document(staging.source(cast.ben))).dashboard
    relay.paired(tv, cast.at_harbour, cast.ann, dashboard=board)
    tv.get("manifest")
    run_jobs()
    return board


def stands_still(cast):
    with cast.at_harbour():
        ((_, facts),) = alarms.facts(list(Watch.objects.filter(screen=Screen.objects.get())), clock.now()).values()
        return facts.stands_still


@pytest.mark.parametrize(("reported", "late", "still"), [([OLD], 0, True), ([OLD], 10, False), ([], 0, False)])
def test_it_stands_still_only_where_newer_figures_wait_for_it(cast, tv, wall, reported, late, still):
    with cast.at_harbour():
        row = Result.objects.get()
        Result.objects.update(computed_at=clock.now() - late * timedelta(seconds=row.refresh_seconds))
    now = clock.now().isoformat()
    errors = [{**each, "first": now, "last": now} for each in reported]
    assert tv.beat(version=wall.published.public_id, errors=errors).status_code == 200
    assert stands_still(cast) is still


def test_it_is_counted_with_the_errors_and_not_as_thrown(cast, tv, wall):
    tv.beat(version=wall.published.public_id, errors=[OLD])
    with cast.at_harbour():
        assert Heartbeat.objects.values_list("errors", "thrown").get(errors__gt=0) == (4, 0)
