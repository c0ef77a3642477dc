"""Waits: claiming one due row while 100,000 others wait, and handing many on, beside jobs queued for later."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from procrastinate.schema import SchemaManager

from bench import seeds
from bench.processes import NotRunning
from bench.rows import Goal, Row, share, times
from bench.run import Bench
from bench.timing import in_turns, milliseconds

WAITING, ROUNDS, DISPATCHED, DEFERRED = 100_000, 41, 10_000, 300
PEER = "procrastinate 3.10, one job a wait with scheduled_at in the future, fetched by its own SQL function"
ONE_EACH = "procrastinate 3.10, one job a message: deferred, fetched and finished in a transaction each"
FUTURE = """INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)
    SELECT 'bench', 'bench', '{}', now() + interval '1 day' FROM generate_series(1, %s)"""
DUE = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('bench', 'bench', '{}')"
FETCH = "SELECT id FROM procrastinate_fetch_job_v2(ARRAY['bench'], %s)"
MAKE_DUE = "UPDATE relay_screen SET due_at = now() - interval '1 s', leased_until = NULL WHERE id = %s"
CLAIM = "SELECT * FROM app.claim_screen(now(), interval '60 s', 500)"


def run(bench: Bench) -> Iterator[Row]:
    with _without_clock(bench), bench.house.administrator() as ours, psycopg.connect(_peer(bench), autocommit=True) as peer:
        few, many = seeds.organizations(ours, 2), seeds.organizations(ours, 100)
        one = seeds.screens(ours, few[:1], 1)[0][1]
        peer.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        worker = peer.execute("SELECT max(id) FROM procrastinate_workers").fetchone()[0]
        empty = _round(ours, peer, one, worker)
        seeds.screens(ours, many, WAITING // len(many))
        peer.execute(FUTURE, [WAITING])
        for connection in (ours, peer):
            connection.execute("VACUUM ANALYZE")
        full = _round(ours, peer, one, worker)
        name = f"claim of one due row, {WAITING:,} waiting"
        yield Row(name, full["ours"], "ms", share(1.5, "at most 1.5 times of none"), empty["ours"], "ours with none waiting")
        yield Row(f"{name}, beside jobs", full["ours"], "ms", share(1 / 50, "at most 1/50 of the peer"), full["peer"], PEER)
        yield Row("empty poll, 100,000 waiting", full["poll"], "ms", Goal("no goal; shown beside the claim"),
                  full["peer poll"], PEER)  # fmt: skip
        yield _dispatch(bench, ours, peer, worker)
        seeds.without_screens(bench.house)
        ours.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'relay.settle'")


def _round(ours: psycopg.Connection, peer: psycopg.Connection, one: object, worker: int) -> dict[str, float]:
    def claim() -> float:
        ours.execute(MAKE_DUE, [one])
        # The statement alone: what its transaction's commit waits for is the disk, on both sides.
        with ours.transaction():
            took = milliseconds(lambda: _found(ours.execute(CLAIM), 1))
        ours.execute("UPDATE relay_screen SET due_at = now() + interval '1 day' WHERE id = %s", [one])
        return took

    def fetch() -> float:
        peer.execute(DUE)
        with peer.transaction():
            took = milliseconds(lambda: _found(peer.execute(FETCH, [worker]), 1))
        peer.execute("DELETE FROM procrastinate_jobs WHERE status = 'doing'")
        return took

    sides = {
        "ours": claim, "peer": fetch, "poll": lambda: milliseconds(lambda: _found(ours.execute(CLAIM), 0)),
        "peer poll": lambda: milliseconds(lambda: peer.execute(FETCH, [worker]).fetchall()),
    }  # fmt: skip
    return {name: statistics.median(each) for name, each in in_turns(ROUNDS, sides).items()}


def _found(cursor: psycopg.Cursor, count: int) -> None:
    if len(cursor.fetchall()) != count:
        raise NotRunning(f"The claim did not find {count} due rows: something else claimed them.")


def _dispatch(bench: Bench, ours: psycopg.Connection, peer: psycopg.Connection, worker: int) -> Row:
    from operant.platform.queue import waits

    def sweep() -> float:
        ours.execute(
            "UPDATE relay_screen SET due_at = now(), leased_until = NULL WHERE id IN "
            "(SELECT id FROM relay_screen LIMIT %s)", [DISPATCHED],
        )  # fmt: skip
        handed = 0

        def until_none_is_due() -> None:
            nonlocal handed
            while found := waits.sweep():
                handed += found

        took = milliseconds(until_none_is_due)
        return handed / took * 1000

    def one_by_one() -> float:
        def jobs() -> None:
            for _ in range(DEFERRED):
                peer.execute(DUE)
            for _ in range(DEFERRED):
                job = peer.execute(FETCH, [worker]).fetchone()[0]
                peer.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)", [job])

        return DEFERRED / milliseconds(jobs) * 1000

    peer.execute("DELETE FROM procrastinate_jobs")
    found = {name: statistics.median(each) for name, each in in_turns(3, {"ours": sweep, "peer": one_by_one}).items()}
    return Row("bulk dispatch, due rows handed to jobs a second", found["ours"], "1/s", times(20), found["peer"], ONE_EACH)


def _peer(bench: Bench) -> str:
    dsn = bench.house.database("bench_procrastinate")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SchemaManager.get_schema())
    return dsn


@contextmanager
def _without_clock(bench: Bench) -> Iterator[None]:
    """Keep the house's own clock from claiming what is measured: somebody else leads it meanwhile."""
    lead = "INSERT INTO queue_lease VALUES ('clock', gen_random_uuid(), now() + interval '1 hour') ON CONFLICT (name) DO "
    with bench.house.administrator() as connection:
        connection.execute(lead + "UPDATE SET holder = gen_random_uuid(), until = excluded.until")
        try:
            yield
        finally:
            connection.execute("DELETE FROM queue_lease WHERE name = 'clock'")
