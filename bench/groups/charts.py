"""Charts over a customer's table of two million rows: cached and cold answers, and twenty viewers at once."""

import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from bench import customer
from bench.connected import Connected
from bench.customer import Customer
from bench.peers import NoPeer
from bench.peers.superset import NAME, Superset
from bench.processes import Client, NotRunning
from bench.rows import BESIDE, Goal, Row, share
from bench.run import Bench
from bench.timing import Side, in_turns, milliseconds

# Most of it is Superset's: its packages on first use, its tables, its start.
MOST_SECONDS = 900
ROUNDS, SECONDS = 5, 2.0
COLD, WARMING, FIRST = 40, 4, 8
VIEWERS, CROWDS = 20, 7
EXACTLY_ONE = Goal("exactly 1", 1, of_ratio=False)


def run(bench: Bench) -> Iterator[Row]:
    bench.say(f"writing {customer.ROWS:,} rows into a customer's table")
    with Customer(bench.house.upstream_port) as asked:
        board = Connected(bench.house, customer.NAME, customer.READER, asked.password)
        with _superset(bench, asked.dsn) as superset:
            yield from _cached(bench, board, superset)
            yield from _cold(board, superset, asked.dsn)
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


def _cold(board: Connected, superset: Superset | None, dsn: str) -> Iterator[Row]:
    with ExitStack() as stack:
        connection = stack.enter_context(psycopg.connect(dsn, autocommit=True))
        sides: dict[str, Side] = {
            "bare": lambda: milliseconds(lambda: connection.execute(board.sql).fetchall()),
            "ours": _once(stack, board.house.port, board.preview_request()),
        }
        if superset:
            sides["peer"] = _once(stack, superset.port, superset.chart(force=True))
        in_turns(WARMING, sides)
        first = _first(sides)
        in_turns(WARMING, sides)
        again = in_turns(COLD, sides)
        # As long a pause as the peer made, with nobody working in it.
        pause = statistics.median(again.get("peer", [0.0])) / 1000
        alone = in_turns(COLD, {"pause": lambda: _rested(pause), "bare": sides["bare"], "ours": sides["ours"]})
    text = "at most 1/5 of the peer"
    ours, peer, note = _over(first)
    yield Row("cold chart answer over the bare query, first", ours, "ms", share(0.2, text), peer, NAME, note)
    ours, peer, note = _over(again)
    yield Row("cold chart answer over the bare query, asked again", ours, "ms", share(0.2, text), peer, NAME, note)
    ours, _, note = _over({name: alone[name] for name in ("bare", "ours")})
    yield Row("the same, the peer idle in its turns", ours, "ms", BESIDE, note=note)


def _first(sides: dict[str, Side]) -> dict[str, list[float]]:
    """Run the rounds so far apart that no line of ours stands ready any more."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(FIRST):
        _until_cold()
        for name, took in in_turns(1, sides).items():
            found[name] += took
    return found


def _over(found: dict[str, list[float]]) -> tuple[float, float | None, str]:
    """Return what each side takes over the bare query of its own round, and what all took."""
    # What the machine does meanwhile slows the neighbors of a round alike.
    bare = found["bare"]
    over = {name: statistics.median(map(float.__sub__, took, bare)) for name, took in found.items() if name != "bare"}
    note = ", ".join(f"{name}: {statistics.median(took):.1f} ms whole" for name, took in found.items() if name != "bare")
    return over["ours"], over.get("peer"), f"{note}, bare: {statistics.median(bare):.1f} ms"


def _until_cold() -> None:
    from operant.stage.calls import ahead

    time.sleep(ahead.SECONDS + 1)


def _rested(seconds: float) -> float:
    time.sleep(seconds)
    return seconds * 1000


def _viewers(board: Connected, superset: Superset | None) -> Iterator[Row]:
    ours, theirs, queries, asked = [], [], [], []
    # Each was asked when it was published, over a line that would stand ready for the next one.
    charts = [board.cold_chart(number) for number in range(CROWDS)]
    for number, chart in enumerate(charts):
        board.leave()
        _until_cold()
        took, runs = board.cold_viewers(VIEWERS, chart)
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
