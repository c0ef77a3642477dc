import asyncio
import logging
from collections import Counter
from contextlib import contextmanager

import psycopg
import pytest
from asgiref.sync import async_to_sync

from operant.platform.ingest import Lane, Unavailable, lane, spelled
from operant.platform.refusals import TooMany
from operant.testing.ingest import PATIENCE, administrator, open_lane, parameters
from operant.testing.waiting import soon

pytestmark = pytest.mark.django_db
GATE = 77_001
# Each row says which transaction wrote it; while somebody holds the gate, a batch waits in the server.
TOLD = f"""SELECT n, pg_current_xact_id()::text, 100 / given.number
    FROM (SELECT pg_advisory_xact_lock_shared({GATE})) AS gate,
        unnest(%s::text[], %s::int[]) WITH ORDINALITY AS given (name, number, n)
    WHERE given.name <> 'left out'"""


def numbers(**more):
    return Lane("numbers", TOLD, subject=lambda row: row[0], **more)


@contextmanager
def held():
    """Hold back whatever the lane writes; the function that is given waits until a batch is held."""
    with administrator() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [GATE])

        def waiting():
            return connection.execute(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted", [GATE]
            ).fetchone()

        yield waiting, connection


def played(scenario):
    async_to_sync(scenario)()


def row(*values):
    return tuple(spelled(each) for each in values)


def put(mine, *rows):
    return [asyncio.ensure_future(mine.put(row(*each))) for each in rows]


def test_what_comes_while_a_batch_is_written_is_the_next_batch():
    async def scenario():
        mine = numbers()
        async with open_lane(mine):
            with held() as (waiting, _):
                first = put(mine, ("a", 1))
                await soon(waiting)
                rest = put(mine, *((f"row {n}", n) for n in range(1, 17)))
                await asyncio.sleep(0)
                assert not any(each.done() for each in first + rest)
            told = await asyncio.gather(*first, *rest)
        assert [number for _, number in told] == [100, *(100 // n for n in range(1, 17))]
        assert [len({transaction for transaction, _ in part}) for part in (told, told[1:])] == [2, 1]

    played(scenario)


def test_half_of_many_is_a_batch_so_that_the_others_are_answered_meanwhile():
    async def scenario():
        mine = numbers()
        async with open_lane(mine):
            with held() as (waiting, _):
                first = put(mine, ("a", 1))
                await soon(waiting)
                rest = put(mine, *((f"row {n}", n) for n in range(1, 65)))
                await asyncio.sleep(0)
            told = await asyncio.gather(*first, *rest)
        batches = Counter(transaction for transaction, _ in told[1:])
        assert list(batches.values()) == [32, 16, 16]

    played(scenario)


def test_a_batch_holds_one_row_of_a_subject_and_keeps_their_order():
    async def scenario():
        mine = numbers()
        async with open_lane(mine):
            told = await asyncio.gather(*put(mine, ("a", 1), ("b", 1), ("a", 2), ("a", 4)))
        transactions = [int(transaction) for transaction, _ in told]
        assert transactions[0] == transactions[1] < transactions[2] < transactions[3]
        assert [number for _, number in told] == [100, 100, 50, 25]

    played(scenario)


def test_a_refused_row_takes_no_other_with_it():
    async def scenario():
        mine = numbers()
        async with open_lane(mine):
            rows = [(f"row {n}", 0 if n in {3, 11} else 1) for n in range(16)]
            told = await asyncio.gather(*put(mine, *rows, ("left out", 1), ('quo"ted\\', 1), ("nul \0", 1)))
        assert [index for index, each in enumerate(told) if each is None] == [3, 11, 16, 18]

    played(scenario)


def test_a_full_lane_refuses():
    async def scenario():
        mine = numbers(most_waiting=2)
        async with open_lane(mine):
            with held() as (waiting, _):
                kept = put(mine, ("a", 1))
                await soon(waiting)
                kept += put(mine, ("b", 1), ("c", 1))
                await asyncio.sleep(0)
                with pytest.raises(Unavailable) as refused:
                    await mine.put(row("d", 1))
            assert (refused.value.status, refused.value.retry_after) == (503, 5)
            assert None not in await asyncio.gather(*kept)

    played(scenario)


def test_one_subject_may_not_fill_the_lane():
    async def scenario():
        mine = numbers(most_of_one=2)
        async with open_lane(mine):
            with held() as (waiting, _):
                kept = put(mine, ("a", 1))
                await soon(waiting)
                kept += put(mine, ("a", 1), ("a", 1), ("b", 1))
                await asyncio.sleep(0)
                with pytest.raises(TooMany) as refused:
                    await mine.put(row("a", 1))
                kept += put(mine, ("b", 1))
                await asyncio.sleep(0)
            assert (refused.value.status, refused.value.retry_after) == (429, 5)
            assert None not in await asyncio.gather(*kept)
            assert (await mine.put(row("a", 1)))[1] == 100

    played(scenario)


def test_a_lost_connection_refuses_what_waits_and_is_made_anew(monkeypatch):
    monkeypatch.setattr(lane, "RETRY_SECONDS", 0.05)

    async def scenario():
        mine = numbers()
        async with open_lane(mine):
            with held() as (waiting, connection):
                lost = put(mine, ("a", 1))
                (pid,) = await soon(waiting)
                lost += put(mine, ("b", 1))
                connection.execute("SELECT pg_terminate_backend(%s)", [pid])
                answers = await asyncio.gather(*lost, return_exceptions=True)
            assert [type(each) for each in answers] == [Unavailable, Unavailable]
            await soon(lambda: mine.is_connected)
            assert (await mine.put(row("a", 1)))[1] == 100

    played(scenario)


def test_an_error_that_nobody_expected_is_logged_and_the_lane_goes_on(monkeypatch, caplog):
    monkeypatch.setattr(lane, "RETRY_SECONDS", 0.05)
    # Like "cached plan must not change result type", this is an error of PostgreSQL's that is no OperationalError.
    told = "SELECT n, date_trunc(given.name, now()) FROM unnest(%s::text[]) WITH ORDINALITY AS given (name, n)"

    async def scenario():
        mine = Lane("moments", told, subject=lambda row: row[0])
        async with open_lane(mine) as running:
            with pytest.raises(Unavailable):
                await mine.put(row("timezone"))
            await soon(lambda: running.done() or mine.is_connected)
            assert len(await mine.put(row("hour"))) == 1

    played(scenario)
    (logged,) = (each for each in caplog.records if each.levelno == logging.ERROR)
    assert logged.exc_info[0] is psycopg.errors.FeatureNotSupported


def test_a_lane_that_is_closed_before_its_first_step_ends():
    async def scenario():
        mine = numbers()
        running = asyncio.create_task(mine.run(parameters()))
        mine.close()
        async with asyncio.timeout(PATIENCE):
            await running
        async with open_lane(mine):
            assert (await mine.put(row("a", 1)))[1] == 100

    played(scenario)


def test_a_batch_that_takes_too_long_is_given_up_and_the_next_is_written():
    async def scenario():
        mine = numbers()
        async with open_lane(mine):
            with held() as (waiting, connection):
                late = put(mine, ("a", 1))
                (pid,) = await soon(waiting)
                connection.execute("SELECT pg_cancel_backend(%s)", [pid])
                with pytest.raises(Unavailable):
                    await late[0]
            assert (await mine.put(row("a", 1)))[1] == 100

    played(scenario)


def test_closing_writes_what_waits():
    async def scenario():
        mine = numbers()
        async with open_lane(mine) as running:
            with held() as (waiting, _):
                waits = put(mine, ("a", 1))
                await soon(waiting)
                waits += put(mine, ("b", 2))
                await asyncio.sleep(0)
                mine.close()
                assert not mine.is_open
            assert [number for _, number in await asyncio.gather(*waits)] == [100, 50]
            await running
            with pytest.raises(Unavailable):
                await mine.put(row("c", 1))

    played(scenario)


def test_a_statement_that_never_works_leaves_every_row_to_others():
    async def scenario():
        mine = Lane("nothing", "SELECT n FROM no_such_table", subject=lambda row: row[0])
        async with open_lane(mine):
            assert await asyncio.gather(*put(mine, ("a", 1), ("b", 1))) == [None, None]

    played(scenario)


def test_the_role_may_not_wait_for_ever():
    with psycopg.connect(**parameters()) as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("10s",)
