"""Screens: publication to glass, a returning link, and what a screen costs."""

import time
from collections import Counter
from collections.abc import Iterator

from bench import boards
from bench.processes import Client
from bench.rows import Goal, Row, most
from bench.run import Bench
from bench.timing import percentile

MOST_SECONDS = 290
PUBLISHED_TO, PUBLICATIONS = 200, 3
RETURNING, STANDING = 1_000, 2_000
WATCHED_SECONDS, BEAT_SECONDS, UPDATE_SECONDS = 30, 30, 10
NOTE = "simulated screens, which paint nothing, on the same two cores"


def run(bench: Bench) -> Iterator[Row]:
    board = boards.Board(bench.house)
    yield from _published(bench, board)
    yield from _returned(bench, board)
    yield from _standing(bench, board)


def _published(bench: Bench, board: boards.Board) -> Iterator[Row]:
    took: list[float] = []
    with Client("screens", {"port": bench.house.port, "tokens": board.screens(PUBLISHED_TO)}) as crowd:
        boards.opened(crowd, PUBLISHED_TO)
        for _ in range(PUBLICATIONS):
            version, began = board.publish()
            found = crowd.ask(("painted", version, began))
            took += found + [60.0] * (PUBLISHED_TO - len(found))
    board.forget()
    name = f"publication to the new version on {PUBLISHED_TO} screens"
    yield Row(f"{name}, p50", percentile(took, 0.5), "s", most(1, "s"), note=NOTE)
    yield Row(f"{name}, p99", percentile(took, 0.99), "s", most(3, "s"))


def _returned(bench: Bench, board: boards.Board) -> Iterator[Row]:
    with Client("screens", {"port": bench.house.port, "tokens": board.screens(RETURNING)}) as crowd:
        boards.opened(crowd, RETURNING)
        boards.settled(crowd, RETURNING)
        bench.say(f"{RETURNING:,} screens are open; their link goes and returns")
        crowd.ask(("drop",))
        took = crowd.ask(("back",))
    took += [90.0] * (RETURNING - len(took))
    board.forget()
    name = f"first heartbeat after the link returns, {RETURNING:,} screens"
    yield Row(f"{name}, p95", percentile(took, 0.95), "s", most(5, "s"), note=NOTE)
    yield Row(f"{name}, the fullest second beside the mean", fullest(took), "times", most(3, "times"))


def fullest(took: list[float]) -> float:
    """Return how many came in the fullest second, as a multiple of the mean until the last."""
    seconds = Counter(int(each) for each in took)
    return max(seconds.values()) / (len(took) / (max(seconds) + 1))


def _standing(bench: Bench, board: boards.Board) -> Iterator[Row]:
    with Client("screens", {"port": bench.house.port, "tokens": board.screens(STANDING)}) as crowd:
        boards.opened(crowd, STANDING)
        boards.settled(crowd, STANDING)
        bench.say(f"{STANDING:,} screens are open")
        crowd.ask(("beat", BEAT_SECONDS, 5))
        before, began, told = bench.house.seconds_computed(), time.monotonic(), []
        for _ in range(WATCHED_SECONDS // UPDATE_SECONDS):
            board.changed()
            told.append(crowd.ask(("beat", BEAT_SECONDS, UPDATE_SECONDS)))
        took, after = time.monotonic() - began, bench.house.seconds_computed()
    board.forget()
    used = {name: (after[name] - before[name]) / took for name in after}
    beats, refused, refreshed = (sum(each[what] for each in told) for what in ("beats", "refused", "refreshed"))
    note = f"{beats} heartbeats, {refused} of them refused; {refreshed} new figures fetched; "
    note += f"{told[-1]['streams']} streams at the end"
    name = f"cores used by {STANDING:,} screens, a heartbeat in {BEAT_SECONDS} s, an update in {UPDATE_SECONDS} s"
    yield Row(f"{name}: web process", used["web"], "", most(0.5, "of a core"), note=note)
    yield Row(f"{name}: web, worker and PostgreSQL", sum(used.values()), "", Goal("stands beside the row above"),
              note=", ".join(f"{part} {share:.2f}" for part, share in used.items()))  # fmt: skip
