"""`operant up` as people run it: real processes, killed in every way that we can think of."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from operant.cli.postgres import processes
from operant.testing.waiting import free_port, until

OPERANT = [sys.executable, "-c", "import sys; from operant.cli import main; sys.exit(main())"]
OURS = ("OPERANT_", "DATABASE_", "DJANGO_")


class Up:
    """One `operant up` and what it printed."""

    def __init__(self, home: Path, port: int):
        self.home, self.port = home, port
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.environment = inherited | {"OPERANT_HOME": str(home), "PORT": str(port)}
        self.log = home.with_suffix(".log")
        self.process: subprocess.Popen | None = None

    def start(self) -> "Up":
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*OPERANT, "up"], env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
        until(lambda: "Operant is open" in self.said() or self.process.poll() is not None, "the house", 120)
        assert self.process.poll() is None, self.said()
        return self

    def run(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run([*OPERANT, *words], env=self.environment, capture_output=True, text=True, check=False)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def child(self, name: str) -> int | None:
        return next((pid for pid in pids() if f"operant.cli.child\0{name}\0{self.process.pid}\0" in line(pid)), None)

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/accounts/login/", headers={"Host": "localhost"})
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def pids() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.fixture(scope="module")
def up(tmp_path_factory) -> Iterator[Up]:
    house = Up(tmp_path_factory.mktemp("up") / "a home", free_port()).start()
    yield house
    if house.process.poll() is None:
        house.stop()
    # As root the database lies under /var/lib, because pytest's folders are closed.
    data = (house.home / "postgres").resolve()
    if data.parent != house.home and data.parent.parent == Path("/var/lib/operant"):
        subprocess.run(["rm", "-r", data.parent], check=True)


def data(up: Up) -> Path:
    return (up.home / "postgres").resolve()


def test_it_answers_and_says_where(up):
    assert up.answers()
    assert f"http://localhost:{up.port}" in up.said()
    until(lambda: up.child("worker"))


def test_a_second_up_says_where_the_first_runs(up):
    second = up.run("up")
    assert second.returncode == 1
    assert f"http://localhost:{up.port}, process {up.process.pid}" in second.stderr
    assert up.answers()


def test_other_commands_join_and_leave_the_server_running(up):
    before = processes.find(data(up)).pid
    assert up.run("migrate").stdout == "The tables are up to date.\n"
    assert processes.find(data(up)).pid == before


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_child_is_replaced(up, name):
    until(lambda: up.child(name))
    before = up.child(name)
    os.kill(before, signal.SIGKILL)
    until(lambda: up.child(name) not in (None, before))
    until(up.answers)
    assert f"{name} ended (signal SIGKILL)" in up.said()


def test_a_killed_postmaster_is_replaced_and_pages_come_back(up):
    before = processes.find(data(up)).pid
    os.kill(before, signal.SIGKILL)
    until(lambda: (found := processes.find(data(up))) and found.pid != before and found.status == "ready")
    until(up.answers)


def test_a_killed_supervisor_takes_its_children_along_and_the_next_one_adopts_the_database(up):
    until(lambda: up.child("worker"))
    children = [up.child("web"), up.child("worker")]
    postmaster = processes.find(data(up)).pid
    up.process.kill()
    up.process.wait()
    until(lambda: not any(line(child) for child in children))
    up.start()
    assert processes.find(data(up)).pid == postmaster
    assert up.answers()


def test_a_stop_ends_everything_in_order(up):
    until(lambda: up.child("worker"))
    children = [up.child("web"), up.child("worker")]
    assert up.stop() == 0
    assert not any(line(child) for child in children)
    assert processes.members(data(up)) == []
    assert re.search(r"Stopping \(SIGTERM\)", up.said())


def test_a_taken_port_starts_nothing(up):
    with socket.create_server(("127.0.0.1", up.port)):
        ended = up.run("up")
    assert ended.returncode == 1
    assert f"Port {up.port} is taken" in ended.stderr
    assert processes.members(data(up)) == []
