"""Places for other people's machines are shared: one organization never has all of them."""

from collections import Counter
from uuid import uuid4

import pytest
from django.db import connection

from operant.platform import queue
from operant.platform.queue import jobs
from operant.platform.queue.worker import OUTSIDE_AT_ONCE
from operant.testing.queue import run_jobs


@pytest.fixture
def asked(cast):
    run_jobs()

    def ask(organization, times):
        for _ in range(times):
            queue.defer("stage.ask_outside", organization_id=organization.pk, ids=[uuid4()])

    return ask


def fetched() -> str | None:
    """Take the next job as the worker does, and return whose it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'organization_id' FROM procrastinate_fetch_job_v2(ARRAY['outside'], NULL)")
        return cursor.fetchone()[0]


def test_many_jobs_of_one_organization_leave_places_to_another(cast, asked):
    asked(cast.harbour, 30)
    asked(cast.meadow, 1)
    running = Counter(each for _ in range(OUTSIDE_AT_ONCE) if (each := fetched()))
    assert running == {str(cast.harbour.pk): jobs.LANES[jobs.OUTSIDE], str(cast.meadow.pk): 1}


def test_what_ends_makes_room_for_the_next_in_its_lane(cast, asked):
    asked(cast.harbour, 30)
    assert [fetched() is None for _ in range(3)] == [False, False, True]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs WHERE status = 'doing')")
    assert [fetched() is None for _ in range(2)] == [False, True]


def test_what_waits_is_known_by_its_ids(cast, asked):
    first, second, other = uuid4(), uuid4(), uuid4()
    queue.defer("stage.ask_outside", organization_id=cast.harbour.pk, ids=[first, second])
    queue.defer("stage.ask_outside", organization_id=cast.meadow.pk, ids=[other])
    assert queue.waiting("stage.ask_outside", organization_id=cast.harbour.pk) == {str(first), str(second)}


def test_other_queues_have_no_lanes(cast, asked):
    queue.defer("stage.refresh", organization_id=cast.harbour.pk, ids=[uuid4()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT lock FROM procrastinate_jobs WHERE task_name = 'stage.refresh'")
        assert cursor.fetchall() == [(None,)]
