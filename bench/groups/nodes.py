"""Web processes side by side: ten thousand screens on two of them, one publication, and the end of one."""

import os
import sys
import time
from collections.abc import Iterator

from bench import boards
from bench.clients.screens import OPENING
from bench.groups.fleet import NOTE, fullest
from bench.processes import Client, Process, free_port, memory, more_files
from bench.rows import Row, most
from bench.run import Bench
from bench.timing import percentile

MOST_SECONDS = 900
WANTED, SPARE = 10_000, 1_000


def run(bench: Bench) -> Iterator[Row]:
    # Two processes and two crowds, each with half of the screens; a screen has three files open at its busiest.
    count = min(WANTED, (more_files() - SPARE) // 3 * 2)
    if count < WANTED:
        bench.note(f"only {count:,} screens: this machine lets a process open {count // 2 * 3 + SPARE:,} files")
    board, (other, port) = boards.Board(bench.house), _node()
    with other:
        other.until_answers(port, "/healthz")
        ports = (bench.house.port, port)
        crowds = [Client("screens", {"port": each, "tokens": board.screens(count // 2)}) for each in ports]
        with crowds[0] as stays, crowds[1] as moves:
            yield from _opened(bench, (stays, moves), (bench.house.web(), other.popen.pid), count)
            yield from _published(board, (stays, moves), count)
            yield from _moved(bench, other, moves, count // 2)
    board.forget()


def _node() -> tuple[Process, int]:
    port = free_port()
    words = ["--loop", "uvloop", "--http", "httptools", "--backlog", "2048", "--no-access-log", "--timeout-graceful-shutdown", "10"]
    command = [sys.executable, "-m", "uvicorn", *words, "--port", port, "operant.config.asgi:application"]
    return Process("node", command, {**os.environ, "OPERANT_POOL": "20"}), port


def _opened(bench: Bench, crowds: tuple[Client, Client], pids: tuple[int, int], count: int) -> Iterator[Row]:
    before, began = sum(map(memory, pids)), time.monotonic()
    streams = sum(crowd.ask(("open",)) for crowd in crowds)
    took, held = time.monotonic() - began, sum(map(memory, pids)) - before
    bench.say(f"{streams:,} of {count:,} screens are open, {count // 2:,} at each of two web processes")
    note = f"{streams:,} of {count:,} within {OPENING:g} s for each half; ticket, stream, manifest and data of each; {NOTE}"
    yield Row(f"{count:,} screens open at two web processes", took, "s", most(60, "s"), note=note)
    yield Row(f"memory of a screen's stream, of {count:,}", held / max(streams, 1) / 1000, "KB", most(30, "KB"),
              note="with its two connections; goal of our own")  # fmt: skip


def _published(board: boards.Board, crowds: tuple[Client, Client], count: int) -> Iterator[Row]:
    version, began = board.publish()
    # Both listen meanwhile: what is asked is only when each of theirs had it.
    took = [each for crowd in crowds for each in crowd.ask(("painted", version, began))]
    took += [120.0] * (count - len(took))
    name = f"publication to the new version on {count:,} screens at two web processes"
    yield Row(f"{name}, p50", percentile(took, 0.5), "s", most(10, "s"), note=NOTE)
    yield Row(f"{name}, the last", max(took), "s", most(60, "s"))


def _moved(bench: Bench, other: Process, moves: Client, count: int) -> Iterator[Row]:
    bench.say(f"one of the two ends; its {count:,} screens go to the other")
    other.popen.terminate()
    took, within = moves.ask(("move", bench.house.port))
    took += [120.0] * (count - len(took))
    name = f"one of two web processes ends, {count:,} screens heard at the other"
    yield Row(f"{name}, p95", percentile(took, 0.95), "s", most(30, "s"), note=f"told to spread over {within / 1000:g} s")
    yield Row(f"{name}, the fullest second beside the mean", fullest(took), "times", most(3, "times"))
