"""
Run every test, in seven parts at once, each with a home and a PostgreSQL of its own, and the linters beside them.

Each part waits for half of its time and more: for browsers, for houses that start and fall, for databases and other
processes. Where they want more than the cores have, the browsers come first: people who look at a page wait so long and no
longer, and so do the stories about them. docs/guides/tests.md says where the time goes.

A home and its tables are the same for each part and take long to make: where one is missing, one is made and copied.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PREPARE = [sys.executable, "-m", "operant.testing.prepared"]
FIRST = ".operant-test"
LINTERS = ["make", "--no-print-directory", "linters", "scripts"]
YIELDING = ["nice", "-n", "5"]
PAGES = "tests/journeys/test_pages.py"
BROWSERS = {"Pages and the player": [PAGES, "tests/player"], "Journeys": ["tests/journeys", f"--ignore={PAGES}"]}
PARTS = {
    **BROWSERS,
    "Proofs": ["tests/proofs"],
    "Screens": ["src/operant/relay"],
    "Stage and Trust": ["src/operant/stage", "src/operant/trust"],
    "Panel and isolation": ["src/operant/panel", "tests/isolation"],
}


def main() -> int:
    begun = time.monotonic()
    logs = ROOT / "test-results"
    logs.mkdir(exist_ok=True)
    beside = {"Linters": _started([*YIELDING, *LINTERS], logs / "linters.log")}
    _make_homes([FIRST, *map(_home, PARTS)])
    for title, places in PARTS.items():
        way = [] if title in BROWSERS else YIELDING
        beside[title] = _started([*way, *_tests(places)], logs / f"{_name(title)}.log", _home(title))
    ignored = [f"--ignore={place}" for places in PARTS.values() for place in places if not place.startswith("-")]
    rest = _started([*YIELDING, *_tests(ignored)])
    # Interrupted by whoever waits: the terminal told every part, and each closes its database before it ends.
    failed = [_ended(each) for each in (rest, *beside.values())]
    for title in beside:
        print(f"\n{title}:")
        print((logs / f"{_name(title)}.log").read_text(encoding="utf-8", errors="replace"))
    print(f"Everything took {time.monotonic() - begun:.0f} s.")
    return int(any(failed))


def _make_homes(homes: list[str]) -> None:
    first, *others = [home for home in homes if not (ROOT / home).exists()] or [FIRST]
    if others:
        subprocess.run(PREPARE, cwd=ROOT, env={**os.environ, "TEST_HOME": first}, check=True)
    # A database that lies outside of its home cannot be copied with it: then each part makes its own.
    if not (ROOT / first / "postgres").is_symlink():
        for home in others:
            # Named when it is whole: whoever interrupts leaves no half of a home.
            new = ROOT / f"{home}.new"
            shutil.rmtree(new, ignore_errors=True)
            subprocess.run(["cp", "-a", first, new], cwd=ROOT, check=True)
            shutil.rmtree(new / "run")  # sockets and locks, of the first alone
            new.rename(ROOT / home)


def _home(title: str) -> str:
    return f".operant-{_name(title)}"


def _name(title: str) -> str:
    return title.split()[-1].lower()


def _tests(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", *arguments]


def _started(command: list[str], log: Path | None = None, home: str = FIRST) -> subprocess.Popen:
    environment = {**os.environ, "TEST_HOME": home}
    if log is None:
        return subprocess.Popen(command, cwd=ROOT, env=environment)
    with log.open("wb") as written:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=written, stderr=subprocess.STDOUT)


def _ended(part: subprocess.Popen) -> int:
    try:
        return part.wait()
    except KeyboardInterrupt:
        part.wait()
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
