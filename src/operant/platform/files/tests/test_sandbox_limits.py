"""Queries that would run for ever or take everything end within their limits, and the sandbox goes on."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from operant.platform.files import sandbox
from operant.platform.files.sandbox import runner

_ENDLESS = [
    "SELECT count(*) FROM range(10_000_000) a, range(10_000_000) b WHERE a.range * b.range = 7",
    "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r",
    # DuckDB does not look at the clock within one vector of 2,048 rows: the server ends the process.
    "SELECT max(levenshtein(repeat('ab', 20_000), repeat('ba', 20_000) || range)) FROM range(2_000)",
]
_GREEDY = [
    "SELECT repeat('x', 2_000_000_000)",
    "SELECT repeat('x', 1_000_000) FROM range(10_000)",
    "SELECT list(range) FROM range(200_000_000)",
    "SELECT string_agg(range::VARCHAR, ',') FROM range(200_000_000)",
    "WITH RECURSIVE r AS (SELECT 'x' AS a UNION ALL SELECT a || a FROM r) SELECT length(a) FROM r",
]


@pytest.mark.parametrize("sql", _ENDLESS)
def test_an_endless_query_is_too_slow(ask, sql):
    started = time.monotonic()
    with pytest.raises(sandbox.TooSlow) as caught:
        ask(sql, seconds=0.5)
    assert caught.value.sentence == "This took longer than 0.5 seconds."
    assert time.monotonic() - started < 8


@pytest.mark.parametrize("sql", _GREEDY)
def test_a_greedy_query_is_too_big(ask, sql):
    with pytest.raises(sandbox.TooBig):
        ask(sql, memory_mb=128, disk_mb=64)


def test_one_row_beyond_the_bytes_is_too_big(ask):
    with pytest.raises(sandbox.TooBig) as caught:
        ask("SELECT repeat('x', 2000)", bytes=1000)
    assert caught.value.sentence == "A single row is larger than 1,000 bytes."


def test_a_process_that_was_ended_is_gone(ask):
    with pytest.raises(sandbox.TooSlow):
        ask(_ENDLESS[-1], seconds=0.2)
    _until(lambda: _processes_of(runner.nursery._process.pid) == [])


def test_a_process_that_dies_is_too_big(ask, monkeypatch):
    cell = runner.nursery.cell

    def doomed():
        born = cell()
        signal.pidfd_send_signal(born._process, signal.SIGKILL)
        return born

    monkeypatch.setattr(runner.nursery, "cell", doomed)
    with pytest.raises(sandbox.TooBig):
        ask("SELECT 1")


def test_the_nursery_is_started_again_when_it_has_died(ask):
    ask("SELECT 1")
    os.kill(runner.nursery._process.pid, signal.SIGKILL)
    assert ask("SELECT 1 AS x").rows == [[1]]


def test_queries_run_beside_each_other(ask):
    results: list = []

    def one(number: int) -> None:
        results.append(ask(f"SELECT {number}").rows)

    threads = [threading.Thread(target=one, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [[[number]] for number in range(6)]


def test_a_query_that_finds_no_place_is_told_so(ask, monkeypatch):
    monkeypatch.setattr(runner, "_places", threading.BoundedSemaphore(1))
    with runner._places, pytest.raises(sandbox.TooSlow) as caught:
        ask("SELECT 1", seconds=0.1)
    assert caught.value.sentence == "The server is busy with other queries. Try again in a moment."


def test_nothing_is_left_behind(ask, tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "_workspace", tmp_path / "work")
    before = _processes_of(os.getpid())
    ask("SELECT count(*) FROM sales")
    assert list((tmp_path / "work").iterdir()) == []
    assert _processes_of(os.getpid()) == before


def test_folders_that_a_crash_left_are_removed(ask, tmp_path, monkeypatch):
    left = tmp_path / "sandbox-left"
    left.mkdir()
    (left / "staged.parquet").write_text("x")
    os.utime(left, (0, 0))
    monkeypatch.setattr(runner, "_workspace", tmp_path)
    ask("SELECT 1")
    assert list(tmp_path.iterdir()) == []


_SERVER = """
import sys, threading, time
from operant.platform.files import sandbox
from operant.platform.files.sandbox import runner
sandbox.strength()
sql = "SELECT count(*) FROM range(10_000_000) a, range(10_000_000) b WHERE a.range * b.range = 7"
threading.Thread(target=sandbox.query, args=[{}, sql], daemon=True).start()
time.sleep(1)
print(runner.nursery._process.pid, flush=True)
time.sleep(60)
"""


def test_a_killed_server_leaves_no_process():
    server = subprocess.Popen([sys.executable, "-c", _SERVER], stdout=subprocess.PIPE, text=True)
    nursery = int(server.stdout.readline())
    family = [nursery, *_processes_of(nursery)]
    assert len(family) == 2
    server.kill()
    server.wait()
    server.stdout.close()
    _until(lambda: not any(os.path.exists(f"/proc/{process}") for process in family))


def _processes_of(parent: int) -> list[int]:
    with open(f"/proc/{parent}/task/{parent}/children") as children:
        return [int(child) for child in children.read().split()]


def _until(condition, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
