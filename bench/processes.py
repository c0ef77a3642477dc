"""Other processes: started, asked, measured, and always ended."""

import http.client
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "bench"


class NotRunning(Exception):
    """A process ended or did not answer; the message names its log."""


class Process:
    """A program of ours or of a peer, in a process group of its own."""

    def __init__(self, name: str, command: list[Any], env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name, self.log = name, LOGS / f"{name}.log"
        with self.log.open("wb") as log:
            self.popen = subprocess.Popen(
                [str(word) for word in command], cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *failure: object) -> None:
        self.end()

    def until_answers(self, port: int, path: str = "/", *, seconds: float = 120) -> None:
        """Wait for the first answer over HTTP that is no fault of the server."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.popen.poll() is not None:
                said = self.log.read_text(errors="replace")[-400:].strip()
                raise NotRunning(f"{self.name} ended with {self.popen.returncode} ({self.log}):\n{said}")
            if answers(port, path):
                return
            time.sleep(0.05)
        raise NotRunning(f"{self.name} did not answer within {seconds:g} s; see {self.log}.")

    def end(self, patience: float = 30) -> None:
        """Ask it to end, then its whole group."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(patience)
            except subprocess.TimeoutExpired:
                os.killpg(self.popen.pid, signal.SIGKILL)
                self.popen.wait()


class Client:
    """A load generator of `bench/clients`: it is handed one specification, and answers each word with a value."""

    def __init__(self, module: str, spec: Mapping[str, Any]) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-m", f"bench.clients.{module}"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        self._send(dict(spec))

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *failure: object) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()

    def ask(self, word: Any = "go") -> Any:
        """Send one word and return the answer."""
        self._send(word)
        try:
            return pickle.load(self.popen.stdout)
        except EOFError:
            raise NotRunning("A load generator ended; its complaint is above.") from None

    def _send(self, word: Any) -> None:
        pickle.dump(word, self.popen.stdin)
        self.popen.stdin.flush()


def answers(port: int, path: str = "/") -> bool:
    """Return whether something on this port answers below 500."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def memory(pid: int) -> int:
    """Return the bytes that a process and its children hold, what they share counted once."""
    return sum(each.memory_full_info().pss for each in _family(pid))


def cpu(pid: int) -> float:
    """Return the seconds that a process and its living children have computed."""
    return sum(times.user + times.system for times in (each.cpu_times() for each in _family(pid)))


def more_files() -> int:
    """Let this process and those it starts open as many files as the machine allows; return how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def _family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]
