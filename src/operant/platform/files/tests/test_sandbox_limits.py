"""Queries that would run for ever or take everything end within their limits, and the sandbox goes on."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

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


@pytest.fixture
def served(monkeypatch):
    """The processes that were given a job, in order."""
    cell, found = runner.nursery.cell, []

    def noted():
        given = cell()
        found.append(_number(given._process))
        return given

    monkeypatch.setattr(runner.nursery, "cell", noted)
    return found


def test_a_process_that_was_ended_is_gone(ask, served):
    with pytest.raises(sandbox.TooSlow):
        ask(_ENDLESS[-1], seconds=0.2)
    _until(lambda: not os.path.exists(f"/proc/{served[0]}"))


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


def test_the_nursery_is_killed_together_with_what_it_made_ready(ask):
    for number in range(5):
        _ready(ask)
        os.kill(runner.nursery._process.pid, signal.SIGKILL)
        assert ask(f"SELECT {number} AS x").rows == [[number]]


def test_what_kills_the_nursery_with_each_job_is_told_and_ends(ask, monkeypatch):
    cell = runner.nursery.cell

    def doomed():
        born = cell()
        os.kill(runner.nursery._process.pid, signal.SIGKILL)
        return born

    monkeypatch.setattr(runner.nursery, "cell", doomed)
    with pytest.raises(sandbox.SandboxBroken, match="ended from outside"):
        ask(_ENDLESS[0], seconds=5)


def test_processes_stand_ready_and_each_serves_one_job(ask, served):
    ready = _ready(ask)
    served.clear()
    assert [ask(f"SELECT {number}").rows for number in range(6)] == [[[number]] for number in range(6)]
    assert served[: len(ready)] == ready
    assert len(set(served)) == 6
    _until(lambda: len(_processes_of(runner.nursery._process.pid)) == len(ready))


def test_a_process_that_stands_ready_has_one_thread_behind_the_filter_and_one_socket(ask):
    for each in _ready(ask):
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{each}/status").read_text().splitlines())
        assert {name: status[name].strip() for name in ("Threads", "Seccomp", "NoNewPrivs", "CapEff")} == {
            "Threads": "1", "Seccomp": "2", "NoNewPrivs": "1", "CapEff": "0" * 16,
        }  # fmt: skip
        opened = [os.readlink(path).split(":")[0] for path in Path(f"/proc/{each}/fd").iterdir()]
        assert [kind for kind in opened if kind == "socket"] == ["socket"]
        assert [kind for kind in opened if "sample" in kind] == []


def test_processes_that_were_ended_while_they_stood_ready_cost_no_job(ask):
    for each in _ready(ask):
        os.kill(each, signal.SIGKILL)
        _until(lambda each=each: not os.path.exists(f"/proc/{each}"))
    assert ask("SELECT 7").rows == [[7]]


def test_the_memory_of_what_stands_ready_is_bounded(ask):
    for each in _ready(ask):
        own = sum(
            int(line.split()[1]) for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            if line.startswith("Private_")
        )  # fmt: skip
        assert own < 24_000


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
sandbox.query({}, "SELECT 1")
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
    assert len(family) == 3
    server.kill()
    server.wait()
    server.stdout.close()
    _until(lambda: not any(os.path.exists(f"/proc/{process}") for process in family))


def _ready(ask) -> list[int]:
    """Let processes stand ready, and return them in the order in which they were made: they have rehearsed, and wait."""
    ask("SELECT 1")
    nursery = runner.nursery._process.pid
    _until(lambda: len(_waiting(nursery)) == runner._AT_ONCE)
    return sorted(_waiting(nursery))


def _waiting(nursery: int) -> list[int]:
    found = _processes_of(nursery)
    try:
        asleep = [each for each in found if Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[0] == "S"]
        return asleep if asleep == found and all(_has_rehearsed(each) for each in found) else []
    except (FileNotFoundError, ProcessLookupError):
        return []  # one that has served ended at this moment


def _has_rehearsed(process: int) -> bool:
    return all("sample" not in os.readlink(path) for path in Path(f"/proc/{process}/fd").iterdir())


def _number(pidfd: int) -> int:
    lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))


def _processes_of(parent: int) -> list[int]:
    with open(f"/proc/{parent}/task/{parent}/children") as children:
        return [int(child) for child in children.read().split()]


def _until(condition, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
