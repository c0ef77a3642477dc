"""Charts over a customer's table of two million rows: cached and cold answers, and twenty viewers at once."""

import statistics
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from bench import customer
from bench.connected import Connected
from bench.customer import Customer
from bench.peers import NoPeer
from bench.peers.superset import NAME, Superset
from bench.processes import Client, NotRunning
from bench.rows import Goal, Row, share
from bench.run import Bench
from bench.timing import Side, in_turns, milliseconds

# Most of it is Superset's: its packages on first use, its tables, its start.
MOST_SECONDS = 900
ROUNDS, SECONDS = 5, 2.0
COLD, WARMING = 40, 4
VIEWERS, CROWDS = 20, 7
EXACTLY_ONE = Goal("exactly 1", 1, of_ratio=False)


def run(bench: Bench) -> Iterator[Row]:
    bench.say(f"writing {customer.ROWS:,} rows into a customer's table")
    with Customer(bench.house.upstream_port) as asked:
        board = Connected(bench.house, customer.NAME, customer.READER, asked.password)
        with _superset(bench, asked.dsn) as superset:
            yield from _cached(bench, board, superset)
            yield from _cold(bench, board, superset, asked.dsn)
            yield from _viewers(board, superset)
        board.forget()


@contextmanager
def _superset(bench: Bench, dsn: str) -> Iterator[Superset | None]:
    with ExitStack() as stack:
        try:
            bench.say("starting Superset")
            found = stack.enter_context(Superset(bench.house, dsn, customer.TABLE))
        except (NoPeer, NotRunning, OSError, subprocess.SubprocessError) as error:
            bench.say(f"Superset is not here: {error}")
            found = None
        yield found


def _cached(bench: Bench, board: Connected, superset: Superset | None) -> Iterator[Row]:
    with ExitStack() as stack:
        sides = {"ours": stack.enter_context(_asking(bench.house.port, board.data_request()))}
        if superset:
            sides["peer"] = stack.enter_context(_asking(superset.port, superset.chart()))
        found = in_turns(ROUNDS, {name: client.ask for name, client in sides.items()})
    took = {name: statistics.median(each["p50"] for each in rounds) for name, rounds in found.items()}
    yield Row("cached chart answer, device token and row security", took["ours"], "ms", share(0.05, "at most 1/20 of the peer"),
              took.get("peer"), NAME)  # fmt: skip


def _cold(bench: Bench, board: Connected, superset: Superset | None, dsn: str) -> Iterator[Row]:
    with ExitStack() as stack:
        connection = stack.enter_context(psycopg.connect(dsn, autocommit=True))
        sides: dict[str, Side] = {
            "bare": lambda: milliseconds(lambda: connection.execute(board.sql).fetchall()),
            "ours": _once(stack, bench.house.port, board.preview_request()),
        }
        if superset:
            sides["peer"] = _once(stack, superset.port, superset.chart(force=True))
        in_turns(WARMING, sides)
        found = in_turns(COLD, sides)
    bare = found.pop("bare")
    # What the machine does meanwhile slows the neighbors of a round alike.
    over = {name: statistics.median(map(float.__sub__, took, bare)) for name, took in found.items()}
    note = ", ".join(f"{name}: {statistics.median(took):.1f} ms whole" for name, took in found.items())
    yield Row("cold chart answer over the bare query", over["ours"], "ms", share(0.2, "at most 1/5 of the peer"),
              over.get("peer"), NAME, f"{note}, bare: {statistics.median(bare):.1f} ms")  # fmt: skip


def _viewers(board: Connected, superset: Superset | None) -> Iterator[Row]:
    ours, theirs, queries, asked = [], [], [], []
    for number in range(CROWDS):
        took, runs = board.cold_viewers(VIEWERS, board.cold_chart(number))
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


def _once(stack: ExitStack, port: int, request: bytes) -> Side:
    spec = {"port": port, "clients": 1, "seconds": 0.0, "requests": [request], "once": True}
    client = stack.enter_context(Client("requests", spec))

    def ask() -> float:
        answer = client.ask()
        if answer["refused"]:
            raise NotRunning(f"A cold question was answered with {answer['refused']}.")
        return answer["last"]

    return ask


@contextmanager
def _asking(port: int, request: bytes, clients: int = 1) -> Iterator[Client]:
    with Client("requests", {"port": port, "clients": clients, "seconds": SECONDS, "requests": [request]}) as client:
        yield client
