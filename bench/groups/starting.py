"""Starting: the embedded database warm and cold, a clone to its first answer, and how much is installed."""

import gzip
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.house import forget
from bench.processes import ROOT, Process, free_port
from bench.rows import Row, most, share
from bench.run import Bench
from bench.timing import medians, milliseconds

MOST_SECONDS = 420
ROUNDS = 5
HOMES = ROOT / ".operant-bench-starting"
PLAYER = ROOT / "src/operant/relay/static/dist/player"
MB = 1_000_000


def run(bench: Bench) -> Iterator[Row]:
    yield from _database(bench)
    yield from _player()
    yield from _clone(bench)


def _database(bench: Bench) -> Iterator[Row]:
    from operant.cli.postgres import Server

    debian = _Debian.found()
    peer_name = f"Debian's {debian.version}: initdb, pg_ctl start" if debian else ""
    if debian is None:
        bench.say("Debian's PostgreSQL is not here: apt-get install postgresql-15 (or newer) brings the peer.")
    warm: dict[str, Callable[[], float]] = {"ours": lambda: _ours(Server)}
    cold: dict[str, Callable[[], float]] = {"ours": lambda: _ours(Server, new=True)}
    try:
        if debian:
            cold["peer"] = debian.cold
            warm["peer"] = debian.warm
        first = medians(ROUNDS, cold)
        then = medians(ROUNDS, warm)
    finally:
        forget(HOMES)
        if debian:
            debian.forget()
    yield Row("embedded database, warm start", then["ours"], "ms", share(1.2, "at most 1.2 times"), then.get("peer"), peer_name)
    yield Row("embedded database, cold start", first["ours"], "ms", share(1.0, "at most 1.0 times"), first.get("peer"), peer_name)


def _ours(server: type, *, new: bool = False) -> float:
    if new:
        forget(HOMES)
    embedded = server(HOMES)
    took = milliseconds(embedded.start)
    embedded.stop()
    return took


class _Debian:
    """PostgreSQL as Debian installs it, in a folder of its own, run by an account it accepts."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.base = Path(tempfile.mkdtemp(prefix="operant-bench-pg-", dir="/tmp"))
        self.data = self.base / "data"
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self.account:
            os.chown(self.base, self.account.pw_uid, self.account.pw_gid)
        self.version = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True).stdout.strip()

    @classmethod
    def found(cls) -> "_Debian | None":
        places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name))
        return cls(places[-1]) if places and (places[-1] / "initdb").exists() else None

    def cold(self) -> float:
        shutil.rmtree(self.data, ignore_errors=True)
        return milliseconds(lambda: (self._run("initdb", "--pgdata", self.data, "--data-checksums"), self._start())) + self._stop()

    def warm(self) -> float:
        return milliseconds(self._start) + self._stop()

    def forget(self) -> None:
        shutil.rmtree(self.base, ignore_errors=True)

    def _start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.base}"
        self._run("pg_ctl", "start", "--wait", "--pgdata", self.data, "--log", self.base / "log", "-o", options)

    def _stop(self) -> int:
        self._run("pg_ctl", "stop", "--wait", "--pgdata", self.data, "-m", "fast")
        return 0

    def _run(self, program: str, *words: object) -> None:
        user = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}
        command = [self.programs / program, *map(str, words)]
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        # To a file: a server that inherits a pipe would hold it open.
        with open(os.devnull, "wb") as nothing:
            subprocess.run(command, cwd="/", env=env, stdout=nothing, stderr=nothing, check=True, **user)


def _player() -> Iterator[Row]:
    scripts = list(PLAYER.rglob("*.js"))
    size = {path: len(gzip.compress(path.read_bytes(), 9)) / 1000 for path in scripts}
    core = sum(kb for path, kb in size.items() if "chart" not in path.name)
    yield Row("player's core, gzip", core, "KB", most(60, "KB"))
    yield Row("player with charts, gzip", sum(size.values()), "KB", most(250, "KB"))


def _clone(bench: Bench) -> Iterator[Row]:
    folder = Path(tempfile.mkdtemp(prefix="operant-bench-clone-"))
    folder.chmod(0o755)
    try:
        began = time.monotonic()
        clone = folder / "operant"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True, capture_output=True)
        port = free_port()
        env = {"PORT": str(port), "OPERANT_HOME": "", "PUBLIC_URL": ""}
        with Process("clone", ["make", "run", f"PYTHON={sys._base_executable}"], env, cwd=clone) as program:
            program.until_answers(port, seconds=300)
            yield Row("clone to first answer", time.monotonic() - began, "s", most(120, "s"),
                      note="with the package caches of this machine as they are")  # fmt: skip
            everything = _size(clone)
        yield Row("installed, build tools included", everything / MB, "MB", most(600, "MB"))
        running = sum(_size(clone / part) for part in (".venv", "build/static", "src"))
        yield Row("installed, run-time part", running / MB, "MB", most(350, "MB"))
    finally:
        forget(folder / "operant" / ".operant")
        shutil.rmtree(folder, ignore_errors=True)


def _size(folder: Path) -> int:
    said = subprocess.run(["du", "--summarize", "--bytes", folder], capture_output=True, text=True, check=False).stdout
    return int(said.split()[0])
