"""Web processes side by side: ten thousand screens on two of them, one publication, and the end of one."""

import os
import sys
import time
from collections.abc import Iterator

from bench import boards
from bench.clients.screens import OPENING
from bench.groups.fleet import NOTE, fullest
from bench.processes import Client, Process, free_port, memory, more_files
from bench.rows import Goal, Row, most
from bench.run import Bench
from bench.timing import percentile

MOST_SECONDS = 900
WANTED, SPARE, LONGEST = 10_000, 1_000, 120.0


def run(bench: Bench) -> Iterator[Row]:
    # Two processes and two crowds, each with half of the screens; a screen has three files open at its busiest.
    count = min(WANTED, (more_files() - SPARE) // 3 * 2)
    if count < WANTED:
        bench.note(f"only {count:,} screens: this machine lets a process open {count // 2 * 3 + SPARE:,} files")
    board, (other, port) = boards.Board(bench.house), _node()
    with other:
        other.until_answers(port, "/healthz")
        crowds = [Client("screens", {"port": each, "tokens": board.screens(count // 2)}) for each in (bench.house.port, port)]
        with crowds[0] as stays, crowds[1] as moves:
            pids = (bench.house.web(), other.popen.pid)
            before, began = sum(map(memory, pids)), time.monotonic()
            # What did not open in time counts as missed, and what is measured next is measured with the others.
            opened = [crowd.ask(("open",)) for crowd in crowds]
            took, held = time.monotonic() - began, sum(map(memory, pids)) - before
            note = f"{' and '.join(f'{each:,}' for each in opened)} after {took:.0f} s, each half within {OPENING:g} s; {NOTE}"
            yield Row(f"screens open at two web processes, of {count:,}", sum(opened), "", _all(count), note=note)
            yield Row("memory of a screen at a web process", held / max(sum(opened), 1) / 1000, "KB", most(40, "KB"))
            yield from _published(board, (stays, moves), opened)
            # What they show is told before their process ends, as screens do within seconds.
            moves.ask(("settle",))
            yield from _moved(bench, other, moves, opened[1])
    board.forget()


def _node() -> tuple[Process, int]:
    port = free_port()
    words = ["--loop", "uvloop", "--http", "httptools", "--backlog", "2048", "--no-access-log", "--timeout-graceful-shutdown", "10"]
    command = [sys.executable, "-m", "uvicorn", *words, "--port", port, "operant.config.asgi:application"]
    return Process("node", command, {**os.environ, "OPERANT_POOL": "20"}), port


def _all(count: int) -> Goal:
    return Goal(f"all {count:,}", count, at_most=False, of_ratio=False)


def _published(board: boards.Board, crowds: tuple[Client, Client], opened: list[int]) -> Iterator[Row]:
    version, began = board.publish()
    took = [each for crowd in crowds for each in crowd.ask(("painted", version, began))]
    took += [LONGEST] * (sum(opened) - len(took))
    name = f"publication to the new version on {sum(opened):,} screens at two web processes"
    yield Row(f"{name}, p50", percentile(took, 0.5), "s", most(10, "s"), note=NOTE)
    yield Row(f"{name}, the last", max(took), "s", most(60, "s"))


def _moved(bench: Bench, other: Process, moves: Client, opened: int) -> Iterator[Row]:
    bench.say(f"one of the two ends; its {opened:,} screens go to the other")
    other.popen.terminate()
    took, within = moves.ask(("move", bench.house.port))
    took += [LONGEST] * (opened - len(took))
    name = f"one of two web processes ends, {opened:,} screens heard at the other"
    yield Row(f"{name}, p95", percentile(took, 0.95), "s", most(30, "s"), note=f"told to spread over {within / 1000:g} s")
    yield Row(f"{name}, the fullest second beside the mean", fullest(took), "times", most(3, "times"))
