"""Charts: cached and cold answers, and twenty viewers at once."""

import statistics
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from bench import boards
from bench.peers import NoPeer
from bench.peers.superset import NAME, Superset
from bench.processes import Client, NotRunning
from bench.rows import Goal, Row, share
from bench.run import Bench
from bench.timing import in_turns, milliseconds

# Most of it is Superset's: its packages on first use, its tables, its start.
MOST_SECONDS = 900
ROUNDS, SECONDS, VIEWERS = 5, 2.0, 20
EXACTLY_ONE = Goal("exactly 1", 1, of_ratio=False)


def run(bench: Bench) -> Iterator[Row]:
    bench.say(f"writing {boards.ROWS:,} rows into a file, a table and a source")
    dsn = _table(bench)
    board = boards.Board(bench.house)
    with _superset(bench, dsn) as superset:
        yield from _cached(bench, board, superset)
        yield from _cold(bench, board, superset, dsn)
        yield from _viewers(bench, board, superset)
    board.forget()


@contextmanager
def _superset(bench: Bench, dsn: str) -> Iterator[Superset | None]:
    with ExitStack() as stack:
        try:
            bench.say("starting Superset")
            found = stack.enter_context(Superset(bench.house, dsn, "sales"))
        except (NoPeer, NotRunning, OSError, subprocess.SubprocessError) as error:
            bench.say(f"Superset is not here: {error}")
            found = None
        yield found


def _cached(bench: Bench, board: boards.Board, superset: Superset | None) -> Iterator[Row]:
    with ExitStack() as stack:
        sides = {"ours": stack.enter_context(_asking(bench.house.port, board.data_request()))}
        if superset:
            sides["peer"] = stack.enter_context(_asking(superset.port, superset.chart()))
        found = in_turns(ROUNDS, {name: client.ask for name, client in sides.items()})
    took = {name: statistics.median(each["p50"] for each in rounds) for name, rounds in found.items()}
    yield Row("cached chart answer, device token and row security", took["ours"], "ms", share(0.05, "at most 1/20 of the peer"),
              took.get("peer"), NAME)  # fmt: skip


def _cold(bench: Bench, board: boards.Board, superset: Superset | None, dsn: str) -> Iterator[Row]:
    with ExitStack() as stack:
        sides = {"ours": stack.enter_context(_asking(bench.house.port, board.preview_request())).ask}
        bare = {"ours": board.bare}
        if superset:
            sides["peer"] = stack.enter_context(_asking(superset.port, superset.chart(force=True))).ask
            connection = stack.enter_context(psycopg.connect(dsn, autocommit=True))
            bare["peer"] = lambda: milliseconds(lambda: connection.execute(boards.SQL.format(table="sales")).fetchall())
        found = in_turns(ROUNDS, sides)
        alone = {name: statistics.median(each) for name, each in in_turns(15, bare).items()}
    took = {name: statistics.median(each["p50"] for each in rounds) for name, rounds in found.items()}
    over = {name: max(took[name] - alone[name], 0.01) for name in took}
    note = ", ".join(f"{name}: {took[name]:.1f} ms whole, {alone[name]:.1f} ms bare" for name in took)
    yield Row("cold chart answer over the bare query", over["ours"], "ms", share(0.2, "at most 1/5 of the peer"),
              over.get("peer"), NAME, f"{note}; ours asks its columnar copy, the peer its PostgreSQL table")  # fmt: skip


def _viewers(bench: Bench, board: boards.Board, superset: Superset | None) -> Iterator[Row]:
    ours, theirs, queries, asked = [], [], [], []
    for number in range(3):
        took, runs = board.cold_viewers(VIEWERS, number)
        ours.append(took)
        queries.append(runs)
        if superset:
            before = superset.queries()
            theirs.append(_at_once(superset, number))
            asked.append(superset.queries() - before)
    middle = statistics.median
    yield Row(f"{VIEWERS} cold viewers of one chart, to the last", middle(ours), "ms", share(0.1, "at most 1/10 of the peer"),
              middle(theirs) if theirs else None, NAME)  # fmt: skip
    yield Row(f"upstream queries of {VIEWERS} cold viewers", max(queries), "", EXACTLY_ONE, max(asked) if asked else None, NAME)


def _at_once(superset: Superset, number: int) -> float:
    request = superset.chart(where=f"amount > -{number + 1}")
    spec = {"port": superset.port, "clients": VIEWERS, "seconds": 0.0, "requests": [request], "once": True}
    with Client("requests", spec) as client:
        return client.ask()["last"]


@contextmanager
def _asking(port: int, request: bytes, clients: int = 1) -> Iterator[Client]:
    with Client("requests", {"port": port, "clients": clients, "seconds": SECONDS, "requests": [request]}) as client:
        yield client



def _table(bench: Bench) -> str:
    dsn = bench.house.database("bench_data")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE sales (number int, region text, amount int)")
        with connection.cursor().copy("COPY sales FROM STDIN") as copy:
            for row in boards.rows():
                copy.write_row(row)
        connection.execute("VACUUM ANALYZE sales")
    return dsn
